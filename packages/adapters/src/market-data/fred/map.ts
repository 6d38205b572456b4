import { toEpochDay } from '@aion/core';
import { instantOf, type Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, numberOf } from '../drafts.ts';
import type { Observations } from './schema.ts';

/** The hour of a release is not told: a value counts as known from the midnight after its day, in New York. */
export const knownAfter = (date: string): number => instantOf(toEpochDay(date) + 1, 0, 'America/New_York');

export function mapObservations(
  series: string,
  { observations }: Observations,
  provenance: Provenance,
): DraftCollector {
  const all = collectDrafts('fred', provenance, true);
  for (const { realtime_start, date, value } of observations) {
    const parsed = numberOf(value);
    if (parsed === null && value !== '.') {
      all.reject(`${series} ${date}`, `expected a number or ".", found "${value}"`);
      continue;
    }
    const eventMs = Date.parse(date);
    const knownMs = knownAfter(realtime_start);
    all.add({
      kind: 'macro',
      symbols: [],
      series,
      period: date,
      eventMs,
      knownMs,
      value: parsed,
      vintage: 'published',
    });
  }
  return all;
}
