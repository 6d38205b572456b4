import { toIso } from '@aion/core';
import type { SourceList } from '@aion/contracts';
import type { SourceStatus } from './compose-sources.ts';

/** One line on a source for people: on with its state, or off with the reason and what that costs. */
export function describeSource({ on, why, health, costOfAbsence, limit }: SourceStatus): string {
  if (!on) return `off: ${why}; without it: ${costOfAbsence}`;
  const { state, failures, lastFault, atMs } = health;
  const rate = `${limit.requests} ${limit.requests === 1 ? 'request' : 'requests'} in ${limit.perMs / 1000} s`;
  if (state === 'closed' && failures === 0) return `on, ${rate}`;
  const since = atMs === null ? '' : ` at ${toIso(atMs)}`;
  const ill = state === 'open' ? 'left alone after failures' : 'failing';
  return `on, ${rate}; ${ill}: ${failures} in a row, the last one ${lastFault ?? 'unknown'}${since}`;
}

/** A source as the admin's page shows it. */
export function toSourceDto(source: SourceStatus): SourceList['sources'][number] {
  const { name, title, kinds, exchanges, on, redistributable } = source;
  return {
    name,
    on,
    what: `${title}: ${kinds.join(', ')} (${exchanges.join(', ')})`,
    state: describeSource(source),
    mayBeShown: redistributable,
  };
}
