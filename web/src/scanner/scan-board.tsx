'use client';
import { currencyOf } from '@aion/core/exchange';
import type { ScanList, ScanPage } from '@aion/contracts';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { parseAsString, useQueryStates } from 'nuqs';
import { useMemo, useRef } from 'react';
import { ApiProblem, getJson } from '../data/browser-api.ts';
import { useRowKeys } from '../frame/row-keys.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { count } from '../ui/format.ts';
import { Empty } from '../ui/state.tsx';
import { FailuresNote } from './failures-note.tsx';
import { ScanControls } from './scan-controls.tsx';
import { ScanExport } from './scan-export.tsx';
import { ScanHead } from './scan-head.tsx';
import type { ScanRoute } from './scan-link.tsx';
import { ScanMenu } from './scan-menu.tsx';
import { cleanSymbol, firstScan, groupScans, scanPath, type ScanFilter } from './scan-query.ts';
import { ScanTable } from './scan-table.tsx';
import { ScanUpsell } from './scan-upsell.tsx';
import { useSettled } from './settled.ts';
import { VerdictPanel } from './verdict-panel.tsx';

const QUERY = {
  scan: parseAsString.withDefault(''),
  symbol: parseAsString.withDefault(''),
  sector: parseAsString.withDefault(''),
};
const KEEP_MS = 300_000;

/** The scans of a session, and the rows of the chosen one. `first` is the page that the server read for `asked`. */
export function ScanBoard(props: { list: ScanList; asked: ScanFilter; first: ScanPage | null; canExport: boolean }) {
  const { list, asked, first } = props;
  const [query, setQuery] = useQueryStates(QUERY, { history: 'replace' });
  const board = useRef<HTMLElement>(null);
  useRowKeys(board);
  const groups = useMemo(() => groupScans(list), [list]);
  const byId = useMemo(() => new Map([...list.presets, ...list.scans].map((scan) => [scan.id, scan])), [list]);
  const filter: ScanFilter = {
    scan: query.scan === '' ? firstScan(list) : query.scan,
    symbol: cleanSymbol(query.symbol),
    sector: query.sector,
  };
  const scan = byId.get(filter.scan);
  const route: ScanRoute = {
    open: (id) => void setQuery({ scan: id }, { history: 'push' }),
    href: (id) => {
      const address = new URLSearchParams({ scan: id, date: list.sessionDate });
      if (filter.symbol !== '') address.set('symbol', filter.symbol);
      if (filter.sector !== '') address.set('sector', filter.sector);
      return `/scanner?${address}`;
    },
  };
  const change = (part: Partial<ScanFilter>): void => void setQuery(part);
  return (
    <div className="mt-3 grid grid-cols-[minmax(0,1fr)] items-start gap-3 xl:grid-cols-[264px_minmax(0,1fr)]">
      <ScanMenu groups={groups} chosen={filter.scan} symbols={list.symbols} route={route} />
      <section
        ref={board}
        aria-label="Matches"
        className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface"
      >
        {scan === undefined ? (
          <Empty
            title="There is no such scan in this session"
            action={
              <Button onClick={() => route.open(firstScan(list))}>Show {byId.get(firstScan(list))?.title}</Button>
            }
          >
            “{filter.scan}” is not among those of the list.
          </Empty>
        ) : (
          <>
            <ScanHead scan={scan} list={list} byId={byId} route={route} />
            <Matches {...{ list, scan, filter, asked, first, byId, route, change }} canExport={props.canExport} />
          </>
        )}
        <div className="flex flex-wrap justify-between gap-x-6 gap-y-1 border-t border-line px-4 py-2 text-note text-ink-3">
          <span>A scan finds shares to look at. It decides no trade.</span>
          <span className="max-sm:hidden">
            <kbd className="font-sans">/</kbd> symbol · <kbd className="font-sans">j</kbd>{' '}
            <kbd className="font-sans">k</kbd> rows · <kbd className="font-sans">o</kbd> why ·{' '}
            <kbd className="font-sans">?</kbd> all keys
          </span>
        </div>
      </section>
      <div className="xl:col-start-2">
        <FailuresNote list={list} />
      </div>
    </div>
  );
}

function Matches(props: {
  list: ScanList;
  scan: NonNullable<ScanPage['scan']>;
  filter: ScanFilter;
  asked: ScanFilter;
  first: ScanPage | null;
  canExport: boolean;
  byId: ReadonlyMap<string, ScanPage['scan']>;
  route: ScanRoute;
  change: (part: Partial<ScanFilter>) => void;
}) {
  const { list, scan, asked, first, change } = props;
  const { sessionDate, scannedAt } = list;
  // While somebody types, the rows wait for the word.
  const filter = { ...props.filter, symbol: useSettled(props.filter.symbol) };
  const isFirst = first !== null && keyOf(filter) === keyOf(asked);
  const answer = useInfiniteQuery({
    queryKey: ['scan-rows', sessionDate, scannedAt, keyOf(filter)],
    queryFn: ({ pageParam: cursor }) => getJson<ScanPage>(scanPath(sessionDate, filter, { cursor })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    ...(isFirst ? { initialData: { pages: [first], pageParams: [null] } } : {}),
    placeholderData: keepPreviousData,
    staleTime: KEEP_MS,
    // A refusal stays one.
    retry: (failures, error) => failures < 1 && !(error instanceof ApiProblem),
  });
  const pages = answer.data?.pages ?? [];
  const page = pages[0];
  const rows = pages.flatMap((each) => each.rows);
  const filtered = props.filter.symbol !== '' || props.filter.sector !== '';
  const waiting = answer.isPlaceholderData || props.filter.symbol !== filter.symbol;
  const total = page?.total ?? 0;
  const clear = <Button onClick={() => change({ symbol: '', sector: '' })}>Clear the filters</Button>;

  return (
    <>
      <ScanControls filter={props.filter} sectors={list.sectors} onChange={change}>
        <span role="status" className="num text-note text-ink-3">
          {waiting || page === undefined ? '' : `${count(rows.length)} of ${count(total)} rows`}
        </span>
        {props.canExport && (
          <ScanExport
            path={scanPath(sessionDate, filter, 'export')}
            file={`aion-${list.exchange}-${sessionDate}-${scan.id}.csv`}
            disabled={waiting || total === 0}
            title={`${count(total)} rows of “${scan.title}”${filtered ? ' behind the filters' : ''} as CSV, with figures, reasons, session and disclaimer`}
          />
        )}
      </ScanControls>
      {answer.isError && rows.length === 0 ? (
        <Failed message={answer.error.message} onRetry={() => void answer.refetch()} />
      ) : page === undefined ? (
        <RowsSkeleton />
      ) : (
        <div aria-busy={waiting} className={cx('transition-opacity', waiting && 'opacity-50')}>
          {page.verdict !== null && <VerdictPanel verdict={page.verdict} scan={page.scan.title} />}
          {rows.length > 0 ? (
            <ScanTable
              key={page.scan.id}
              rows={rows}
              title={page.scan.title}
              currency={currencyOf(list.exchange)}
              byId={props.byId}
              route={props.route}
            />
          ) : filtered ? (
            page.verdict === null && (
              <Empty title="No match fits the filters" action={clear}>
                {filter.symbol !== '' &&
                  (list.visibleRows === null
                    ? `No match begins with ${filter.symbol}. Type the whole symbol of a share that was scanned to read why it is not here.`
                    : 'The filters search the rows that your plan shows.')}
              </Empty>
            )
          ) : (
            <Empty title="Nothing matched in this session">No symbol met every condition of this scan.</Empty>
          )}
          {answer.hasNextPage && !waiting && (
            <div className="border-t border-line p-3 text-center">
              <Button disabled={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
                {answer.isFetchingNextPage ? 'Loading…' : `Show more of ${count(total)}`}
              </Button>
              {answer.isFetchNextPageError && (
                <p role="alert" className="mt-2 text-note text-danger">
                  {answer.error?.message}{' '}
                  <button type="button" className="underline" onClick={() => void answer.refetch()}>
                    Read the rows anew
                  </button>
                </p>
              )}
            </div>
          )}
          {list.unlockTier !== null && <ScanUpsell gated={page.gated} unlockTier={list.unlockTier} />}
        </div>
      )}
    </>
  );
}

const keyOf = ({ scan, symbol, sector }: ScanFilter): string => JSON.stringify([scan, symbol, sector]);

function Failed({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <p className="text-lead font-semibold">The matches could not be loaded</p>
      <p className="max-w-prose text-ink-2">{message}</p>
      <Button className="mt-2" onClick={onRetry}>
        <RotateCw size={14} aria-hidden="true" />
        Try again
      </Button>
    </div>
  );
}

function RowsSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading the matches">
      {Array.from({ length: 8 }, (_, row) => (
        <div key={row} className="flex h-12 items-center gap-6 border-t border-line px-4 first:border-t-0">
          <div className="skeleton h-4 w-28" />
          <div className="skeleton h-4 w-16" />
        </div>
      ))}
    </div>
  );
}
