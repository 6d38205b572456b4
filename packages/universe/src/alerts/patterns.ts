import type { EpochMs, SessionDate } from '@aion/core';
import { columnAt } from '../rules/evaluate.ts';
import type { Screen } from '../screen/screen.ts';
import { scoreOf, sealAlert, type Alert } from './alert.ts';

/** Of which bars a table was made. */
export interface ScanMoment {
  readonly sessionDate: SessionDate;
  /** The close of the bar: what was not known then is in no alert. */
  readonly atMs: EpochMs;
  readonly timeframe: 'monthly' | 'weekly' | 'daily' | '4h' | 'hourly' | '5m' | '1m';
}

/**
 * Layer 1: an alert of every match of a scan that raises one (unusual volume, price breakout, momentum shift), on the columns of any
 * timeframe. A match whose score has no figure raises none.
 */
export function alertPatterns(screen: Screen, moment: ScanMoment): Alert[] {
  const { table, set, found } = screen;
  return set.scans.flatMap(({ id, alert }) => {
    if (alert === undefined) return [];
    const values = columnAt(table, alert.column);
    return found.get(id)!.rows.flatMap((row) => {
      const value = values[row]!;
      if (Number.isNaN(value)) return [];
      return sealAlert({
        symbol: table.symbols[row]!,
        type: alert.type,
        atMs: moment.atMs,
        sessionDate: moment.sessionDate,
        score: scoreOf((value - alert.from) / (alert.to - alert.from)),
        source: moment.timeframe === 'daily' ? `scan:${id}` : `scan:${id}@${moment.timeframe}`,
        layer: 1,
        metadata: { timeframe: moment.timeframe, [alert.column]: value },
      });
    });
  });
}
