'use client';
import type { QuarantinePage } from '@aion/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { getJson } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { count, sessionDay } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { QueryState } from './query-state.tsx';

/** Rows that could not be used: where they are, what is wrong and what to do. */
export function QuarantinePanel({ initial }: { initial: QuarantinePage | undefined }) {
  const [code, setCode] = useQueryState('code', parseAsString);
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
  const rows = pages.flatMap((page) => page.rows);
  const reasons = pages[0]?.byReason ?? initial?.byReason ?? [];
  return (
    <Panel
      title="Quarantine"
      flush
      aside={
        pages[0] !== undefined && (
          <span role="status" className="num text-note text-ink-3">
            {count(rows.length)} of {count(pages[0].total)} rows
          </span>
        )
      }
    >
      {reasons.length > 0 && (
        <div role="group" aria-label="Reason" className="flex flex-wrap gap-2 px-4 pb-3">
          {[{ reason: null, title: 'All reasons', count: null }, ...reasons].map((each) => (
            <button
              key={each.reason ?? 'all'}
              type="button"
              aria-pressed={each.reason === code}
              onClick={() => void setCode(each.reason)}
              className={cx(
                'h-7 rounded-full border px-3 text-note',
                each.reason === code
                  ? 'border-accent bg-accent-soft text-accent'
                  : 'border-line text-ink-2 hover:text-ink',
              )}
            >
              {each.title} {each.count !== null && <span className="num">{count(each.count)}</span>}
            </button>
          ))}
        </div>
      )}
      {query.data === undefined ? (
        <QueryState what="The quarantine" error={query.error} retry={() => void query.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={code === null ? 'Nothing is in quarantine' : 'No row has this reason'}>
          {code === null && 'Every row of every file could be used.'}
        </Empty>
      ) : (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Rows in quarantine">
          <table className="w-full min-w-[860px] text-left">
            <thead className="text-note text-ink-3">
              <tr>
                {['Where', 'Symbol', 'Session', 'What is wrong', 'What to do'].map((title) => (
                  <th key={title} scope="col" className="px-4 py-2 font-medium">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} className="border-t border-line align-top">
                  <td className="px-4 py-2">
                    <span className="block max-w-64 break-all">{row.file}</span>
                    <span className="text-note text-ink-3">
                      {row.line !== null && `line ${count(row.line)}`}
                      {row.field !== null && `, ${row.field}`}
                    </span>
                  </td>
                  <td className="px-4 py-2 font-medium">{row.symbol ?? '–'}</td>
                  <td className="px-4 py-2 whitespace-nowrap">
                    {row.sessionDate === null ? '–' : sessionDay(row.sessionDate)}
                  </td>
                  <td className="px-4 py-2">
                    {row.reason}
                    {row.value !== null && <code className="block text-note break-all text-ink-3">{row.value}</code>}
                  </td>
                  <td className="px-4 py-2 text-ink-2">{row.whatToDo}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {query.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading…' : 'Show more'}
          </Button>
        </div>
      )}
    </Panel>
  );
}
