import { type Exchange, toEpochDay, type EpochMs, EXCHANGES } from '@aion/core';
import {
  archivePartitions,
  compactLake,
  type Compacted,
  type LakePorts,
  loadCalendar,
  type Moved,
  readManifest,
  SERIES_NAMES,
  type SeriesName,
  sweepLake,
} from '@aion/market';
import { partitionsOlderThan } from './series-of.ts';

export interface LakeCareOptions {
  readonly nowMs: EpochMs;
  /** Partitions that ended so many years ago are archived; none are unless it is given. */
  readonly archiveAfterYears?: number;
}

export interface SeriesCare {
  readonly market: Exchange;
  readonly series: SeriesName;
  readonly compacted: readonly Compacted[];
  readonly archived: readonly Moved[];
  readonly removed: number;
  readonly waiting: number;
}

/**
 * The night's care for every series that holds bars: joins the deltas of past months, archives what is old, removes what nothing has
 * referred to for seven days. Each step swaps a manifest by itself: stopped anywhere, the lake is whole, and the next night goes
 * on. No bar changes, so no run's result does.
 */
export async function careForLake(ports: LakePorts, options: LakeCareOptions): Promise<SeriesCare[]> {
  const { nowMs, archiveAfterYears } = options;
  const done: SeriesCare[] = [];
  for (const market of EXCHANGES) {
    const today = toEpochDay(loadCalendar(market).dateAt(nowMs));
    for (const series of SERIES_NAMES) {
      if ((await readManifest(ports, market, series)).version === 0) continue;
      const compacted = await compactLake(ports, market, series, { today });
      const old =
        archiveAfterYears === undefined
          ? []
          : await partitionsOlderThan(ports, market, series, archiveAfterYears, today);
      const archived = await archivePartitions(ports, market, series, old);
      const { removed, waiting } = await sweepLake(ports, market, series, { nowMs });
      done.push({ market, series, compacted, archived, removed: removed.length, waiting });
    }
  }
  return done;
}
