'use client';
import type { FreshnessList } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { QueryState } from '../admin/query-state.tsx';
import { getJson } from '../data/browser-api.ts';
import { Tag } from '../ui/badge.tsx';
import { dateTime, exchangeZone } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';

type Capability = FreshnessList['capabilities'][number];

const STATES: Readonly<Record<Capability['state'], { label: string; tone: 'neutral' | 'accent' | 'danger' }>> = {
  fresh: { label: 'Fresh', tone: 'accent' },
  stale: { label: 'Stale', tone: 'danger' },
  none: { label: 'None', tone: 'neutral' },
};

/** What the product lives on: how new each of it is, and what a reader misses where it is old or was never there. */
export function FreshnessPanel() {
  const query = useQuery({
    queryKey: ['freshness'],
    queryFn: () => getJson<FreshnessList>('/v1/admin/freshness'),
    refetchInterval: 60_000,
  });
  const { data } = query;
  const fresh = data?.capabilities.filter(({ state }) => state === 'fresh').length ?? 0;
  return (
    <Panel
      title="Freshness"
      flush
      aside={
        data !== undefined && (
          <span className="num text-note text-ink-3">
            {fresh} of {data.capabilities.length} as new as they should be
          </span>
        )
      }
    >
      {data === undefined ? (
        <QueryState what="How fresh the data are" error={query.error} retry={() => void query.refetch()} />
      ) : (
        <ul aria-label="Freshness" className="pt-1">
          {data.capabilities.map(({ name, title, state, newestAt, cost }) => (
            <li
              key={name}
              className="grid gap-x-6 gap-y-1 border-t border-line px-4 py-2 md:grid-cols-[6rem_minmax(0,5fr)_minmax(0,5fr)_13rem]"
            >
              <span>
                <Tag tone={STATES[state].tone}>{STATES[state].label}</Tag>
              </span>
              <span className="font-medium">{title}</span>
              <span className="text-ink-2">{state === 'fresh' ? '' : `Without it: ${cost}`}</span>
              <span className="num text-note text-ink-2">
                {newestAt === null ? 'Never' : `Up to ${dateTime(Date.parse(newestAt), exchangeZone(data.exchange))}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
