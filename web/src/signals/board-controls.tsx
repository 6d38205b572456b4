'use client';
import type { Signal } from '@aion/contracts';
import { Lock, Search } from 'lucide-react';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { ExportButton } from './export-button.tsx';
import { SIDES, TABS, type ListQuery, type Sort, type Tab } from './list-query.ts';

const TAB_TITLES: Record<Tab, string> = {
  today: 'Today',
  waiting: 'Waiting',
  ready: 'Ready',
  open: 'Open',
  ended: 'Ended',
};
const SIDE_TITLES = { all: 'All', BUY: '▲ Buy', SELL: '▼ Sell' } as const;
const PHONE_SORTS: readonly (readonly [Sort, string])[] = [
  ['rank', 'Strongest first'],
  ['symbol', 'Symbol'],
  ['confidence', 'Model confidence'],
  ['reward', 'Reward : risk'],
  ['published', 'Newest'],
];

export function BoardControls(props: {
  query: ListQuery;
  counts: Record<Tab, number>;
  gatedTabs: readonly Tab[];
  shown: readonly Signal[];
  canExport: boolean;
  onChange: (change: Partial<ListQuery>) => void;
}) {
  const { query, onChange } = props;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
      <div role="group" aria-label="Which signals" className="-mx-1 flex max-w-full overflow-x-auto px-1">
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-pressed={tab === query.tab}
            onClick={() => onChange({ tab })}
            className={cx(
              'flex h-8 items-center gap-2 rounded-md px-3 whitespace-nowrap max-sm:h-10 max-sm:gap-1 max-sm:px-2',
              tab === query.tab ? 'bg-raised font-semibold text-ink' : 'text-ink-2 hover:text-ink',
            )}
          >
            {TAB_TITLES[tab]}
            {props.gatedTabs.includes(tab) ? (
              <Lock size={12} aria-label="not in your plan" className="text-ink-3" />
            ) : (
              <span className="num text-note font-normal text-ink-3">{props.counts[tab]}</span>
            )}
          </button>
        ))}
      </div>
      <div className="flex flex-1 flex-wrap items-center justify-end gap-2">
        <div className="relative min-w-40 flex-1 max-sm:order-1 max-sm:basis-[calc(100%-56px)] sm:max-w-56">
          <Search size={14} aria-hidden="true" className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
          <input
            type="search"
            aria-label="Search by symbol, name or sector"
            placeholder="Symbol, name or sector"
            value={query.q}
            onChange={(event) => onChange({ q: event.target.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              if (query.q !== '') onChange({ q: '' });
              event.currentTarget.blur();
            }}
            className={cx(inputClass, 'pl-8')}
          />
        </div>
        <div
          role="group"
          aria-label="Side"
          className="flex max-sm:order-3 overflow-hidden rounded-md border border-line"
        >
          {SIDES.map((side) => (
            <button
              key={side}
              type="button"
              aria-pressed={side === query.side}
              onClick={() => onChange({ side })}
              className={cx(
                'h-8 px-3 -outline-offset-2 not-first:border-l not-first:border-line max-sm:h-10',
                side === query.side ? 'bg-raised font-semibold text-ink' : 'text-ink-2 hover:bg-raised',
              )}
            >
              {SIDE_TITLES[side]}
            </button>
          ))}
        </div>
        <select
          aria-label="Order"
          value={query.sort}
          onChange={(event) => {
            const sort = PHONE_SORTS.find(([key]) => key === event.target.value)?.[0] ?? 'rank';
            onChange({ sort, order: sort === 'rank' || sort === 'symbol' ? 'asc' : 'desc' });
          }}
          className={cx(inputClass, 'order-3 w-auto min-w-0 flex-1 sm:hidden')}
        >
          {PHONE_SORTS.map(([key, title]) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
        {props.canExport && <ExportButton symbols={props.shown.map((signal) => signal.symbol)} />}
      </div>
    </div>
  );
}
