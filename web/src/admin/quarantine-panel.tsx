'use client';
import type { QuarantinePage, RowReview } from '@aion/contracts';
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { getJson } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { Choice, Pill } from '../ui/choice.tsx';
import { count } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { QuarantineRow } from './quarantine-row.tsx';
import { QueryState } from './query-state.tsx';
import { ReviewDialog, type Decision, type ReviewableRow } from './review-dialog.tsx';

const STATES = ['all', 'open', 'reviewed'] as const;
const STATE_TITLES = { all: 'All', open: 'Open', reviewed: 'Reviewed' } as const;
const QUERY = { code: parseAsString, review: parseAsStringLiteral(STATES).withDefault('all') };

/** Rows that could not be used: where they are, what is wrong, and the decision about each. */
export function QuarantinePanel({ initial }: { initial: QuarantinePage | undefined }) {
  const client = useQueryClient();
  const [{ code, review }, setFilter] = useQueryStates(QUERY);
  const [asking, setAsking] = useState<{ row: ReviewableRow; decision: Decision } | null>(null);
  const [announcement, setAnnouncement] = useState('');
  const query = useInfiniteQuery({
    queryKey: ['quarantine', code],
    queryFn: ({ pageParam }) => {
      const parameters = new URLSearchParams({ limit: '50' });
      if (code !== null) parameters.set('code', code);
      if (pageParam !== null) parameters.set('cursor', pageParam);
      return getJson<QuarantinePage>(`/v1/admin/quarantine?${parameters}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    ...(initial === undefined || code !== null ? {} : { initialData: { pages: [initial], pageParams: [null] } }),
  });
  const pages = query.data?.pages ?? [];
  const loaded = pages.flatMap((page) => page.rows);
  const rows = loaded.filter((row) => review === 'all' || (review === 'open') === (row.review === null));
  const reasons = pages[0]?.byReason ?? initial?.byReason ?? [];

  function done(row: ReviewableRow, made: RowReview): void {
    const isSame = (other: QuarantinePage['rows'][number]): boolean =>
      other.entryId === row.entryId && other.file === row.file && other.line === row.line;
    client.setQueriesData<InfiniteData<QuarantinePage>>({ queryKey: ['quarantine'] }, (data) =>
      data === undefined
        ? data
        : {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              rows: page.rows.map((each) => (isSame(each) ? { ...each, review: made } : each)),
            })),
          },
    );
    setAsking(null);
    setAnnouncement(`Line ${count(row.line)} of ${row.file} is ${made.decision}.`);
  }

  return (
    <Panel
      title="Quarantine"
      flush
      aside={
        pages[0] !== undefined && (
          <span role="status" className="num text-note text-ink-3">
            {announcement} {count(rows.length)} of {count(code === null ? pages[0].total : countOf(reasons, code))} rows
          </span>
        )
      }
    >
      {(reasons.length > 0 || loaded.length > 0) && (
        <div className="flex flex-wrap items-center justify-between gap-2 px-4 pb-3">
          <div role="group" aria-label="Reason" className="flex flex-wrap gap-2">
            {[{ reason: null, title: 'All reasons', count: null }, ...reasons].map((each) => (
              <Pill
                key={each.reason ?? 'all'}
                pressed={each.reason === code}
                onPress={() => void setFilter({ code: each.reason })}
              >
                {each.title} {each.count !== null && <span className="num">{count(each.count)}</span>}
              </Pill>
            ))}
          </div>
          <Choice
            label="Review"
            options={STATES}
            titles={STATE_TITLES}
            value={review}
            onChange={(value) => void setFilter({ review: value })}
          />
        </div>
      )}
      {query.data === undefined ? (
        <QueryState what="The quarantine" error={query.error} retry={() => void query.refetch()} />
      ) : loaded.length === 0 ? (
        <Empty title={code === null ? 'Nothing is in quarantine' : 'No row has this reason'}>
          {code === null && 'Every row of every file could be used.'}
        </Empty>
      ) : rows.length === 0 ? (
        <Empty title={review === 'open' ? 'No row waits for a decision' : 'No row has been reviewed'}>
          {query.hasNextPage && 'Among the rows loaded so far.'}
        </Empty>
      ) : (
        <ul aria-label="Rows in quarantine">
          {rows.map((row) => (
            <QuarantineRow key={row.id} row={row} onReview={(each, decision) => setAsking({ row: each, decision })} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading…' : 'Show more'}
          </Button>
        </div>
      )}
      {asking !== null && (
        <ReviewDialog
          row={asking.row}
          decision={asking.decision}
          onClose={() => setAsking(null)}
          onDone={(made) => done(asking.row, made)}
        />
      )}
    </Panel>
  );
}

const countOf = (reasons: QuarantinePage['byReason'], code: string): number =>
  reasons.find(({ reason }) => reason === code)?.count ?? 0;
