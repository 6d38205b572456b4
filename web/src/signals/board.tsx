'use client';
import type { Capabilities, LatestSignals } from '@aion/contracts';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo, useRef } from 'react';
import { useRowKeys } from '../frame/row-keys.ts';
import { Button } from '../ui/button.tsx';
import { currencySymbol, dateTime } from '../ui/format.ts';
import { Empty } from '../ui/state.tsx';
import { BoardControls } from './board-controls.tsx';
import { TableHead } from './table-head.tsx';
import { countTabs, countUnchecked, ORDERS, selectSignals, SIDES, SORTS, TABS, type Tab } from './list-query.ts';
import { SignalRow } from './row.tsx';
import { UpsellRow } from './upsell.tsx';

const QUERY = {
  tab: parseAsStringLiteral(TABS).withDefault('today'),
  q: parseAsString.withDefault(''),
  side: parseAsStringLiteral(SIDES).withDefault('all'),
  sort: parseAsStringLiteral(SORTS).withDefault('rank'),
  order: parseAsStringLiteral(ORDERS).withDefault('asc'),
};

const EMPTY_TAB: Record<Tab, string> = {
  today: 'This run published no signal',
  waiting: 'No signal is waiting',
  ready: 'No signal is ready to enter',
  open: 'No signal has been entered',
  ended: 'No signal of this run has ended',
};

const uncheckedWords = (count: number): string =>
  `${count} ${count === 1 ? 'signal was' : 'signals were'} not checked, for want of hourly bars of this session`;

/** The list of signals: tabs, search, side, order and rows, with everything that was chosen in the address. */
export function Board(props: {
  signals: LatestSignals['signals'];
  total: number;
  gated: LatestSignals['gated'];
  readinessAsOf: string | null;
  capabilities: Capabilities | null;
  nowMs: number;
}) {
  const [query, setQuery] = useQueryStates(QUERY, { history: 'replace' });
  const board = useRef<HTMLElement>(null);
  const counts = useMemo(() => countTabs(props.signals), [props.signals]);
  const rows = useMemo(() => selectSignals(props.signals, query), [props.signals, query]);
  const unchecked = useMemo(() => countUnchecked(props.signals), [props.signals]);
  const full = props.capabilities?.signals === 'all';
  const filtered = query.q !== '' || query.side !== 'all';
  useRowKeys(board);

  const hourlyTab = query.tab === 'waiting' || query.tab === 'ready';
  const lackingReadiness = hourlyTab && props.capabilities?.hourlyRefinement === false;
  return (
    <section ref={board} aria-label="Signals" className="mt-3 overflow-hidden rounded-lg border border-line bg-surface">
      <BoardControls
        query={query}
        counts={counts}
        gatedTabs={props.capabilities?.hourlyRefinement === false ? ['waiting', 'ready'] : []}
        shown={rows}
        canExport={props.capabilities?.exportCsv === true}
        onChange={(change) => void setQuery(change)}
      />
      <p role="status" className="sr-only">
        {rows.length} of {props.signals.length} signals shown
      </p>
      {rows.length > 0 && (
        <div className="overflow-x-auto">
          <table role="table" className="w-full max-sm:block">
            <caption className="sr-only">Signals of the newest daily run</caption>
            <TableHead
              full={full}
              currency={currencySymbol(rows[0]?.currency ?? 'INR')}
              sort={query.sort}
              order={query.order}
              onSort={(sort, order) => void setQuery({ sort, order })}
            />
            <tbody role="rowgroup" className="max-sm:block">
              {rows.map((signal) => (
                <SignalRow key={signal.id} signal={signal} nowMs={props.nowMs} full={full} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length === 0 &&
        (lackingReadiness ? (
          <Empty title="Readiness is not part of your plan">
            Each hour it says which signals are ready to enter, which wait, and for what.
          </Empty>
        ) : filtered ? (
          <Empty
            title="No signal fits the filters"
            action={<Button onClick={() => void setQuery({ q: '', side: 'all' })}>Clear the filters</Button>}
          />
        ) : (
          <Empty title={EMPTY_TAB[query.tab]}>
            {hourlyTab && props.readinessAsOf === null && 'The hourly check has not run yet for these signals.'}
            {hourlyTab && props.readinessAsOf !== null && unchecked > 0 && uncheckedWords(unchecked)}
          </Empty>
        ))}
      {props.gated !== null && <UpsellRow gated={props.gated} />}
      <div className="flex flex-wrap justify-between gap-x-6 gap-y-1 border-t border-line px-4 py-2 text-note text-ink-3">
        <span>
          {rows.length} of {props.total} signals{props.capabilities?.hourlyRefinement === true && ', '}
          {props.capabilities?.hourlyRefinement === true &&
            (props.readinessAsOf === null
              ? 'readiness not checked yet'
              : `readiness as of ${dateTime(Date.parse(props.readinessAsOf))}`)}
          {props.readinessAsOf !== null && unchecked > 0 && `; ${uncheckedWords(unchecked)}`}
        </span>
        <span className="max-sm:hidden">
          <kbd className="font-sans">/</kbd> search · <kbd className="font-sans">j</kbd>{' '}
          <kbd className="font-sans">k</kbd> rows · <kbd className="font-sans">o</kbd> open ·{' '}
          <kbd className="font-sans">?</kbd> all keys
        </span>
      </div>
    </section>
  );
}
