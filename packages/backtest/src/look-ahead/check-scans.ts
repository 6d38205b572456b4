import { fromEpochDay, type Rng } from '@aion/core';
import { dailySeries, makeReferences } from '@aion/features';
import { columnsOfSet, makeRowReader, makeScanTable, runScreen, type ScanSet, type Screen } from '@aion/universe';
import { rowsUpTo } from './daily-track.ts';
import type { LookAheadMarket } from './market.ts';

export interface ScanViolation {
  readonly scan: string;
  readonly sessionDate: string;
  readonly symbol: string;
}

export interface ScanCheck {
  readonly violations: readonly ScanViolation[];
  readonly scans: number;
  readonly sessions: number;
  /** Scan, session and symbol. */
  readonly triples: number;
  readonly matches: number;
}

/**
 * Scans and presets at sampled sessions, with the future in the data and without it: every verdict on every symbol is the same.
 *
 * @param seriesAsOf how bars are read as of a session; another one is for planting a leak.
 */
export function checkScans(
  market: LookAheadMarket,
  set: ScanSet,
  triplesPerScan: number,
  rng: Rng,
  seriesAsOf: typeof dailySeries = dailySeries,
): ScanCheck {
  const columns = columnsOfSet(set);
  const readRow = makeRowReader(columns);
  const days = market.daily[0]!.sessionDay;
  const eligible = Math.min(days.length - 1, 700);
  const wanted = Math.ceil(triplesPerScan / market.daily.length);
  const sessions = new Set<number>();
  while (sessions.size < Math.min(wanted, eligible)) sessions.add(days[days.length - 1 - rng.int(eligible)]!);

  const screenAt = (day: number, cut: boolean): Screen => {
    const references = makeReferences(market.calendar, market.referencesKnownAt(cut ? day : Infinity));
    const rows = market.daily
      .filter(({ sessionDay }) => sessionDay.includes(day))
      .map((raw) => {
        const actions = market.actions.filter(({ symbol, exDay }) => symbol === raw.symbol && (!cut || exDay <= day));
        return readRow(raw.symbol, seriesAsOf(cut ? rowsUpTo(raw, day) : raw, day, { actions, references }));
      });
    return runScreen(makeScanTable(columns, rows), set);
  };
  const violations: ScanViolation[] = [];
  let triples = 0;
  let matches = 0;
  for (const day of [...sessions].sort((a, b) => a - b)) {
    const [whole, cut] = [screenAt(day, false), screenAt(day, true)];
    for (const [scan, { states, rows }] of cut.found) {
      const other = whole.found.get(scan)!;
      const ranks = JSON.stringify(rows) === JSON.stringify(other.rows);
      cut.table.symbols.forEach((symbol, row) => {
        triples++;
        if (states[row] !== other.states[row] || (!ranks && rows.includes(row) !== other.rows.includes(row)))
          violations.push({ scan, sessionDate: fromEpochDay(day), symbol });
      });
      matches += rows.length;
    }
  }
  return { violations, scans: set.scans.length + set.presets.length, sessions: sessions.size, triples, matches };
}
