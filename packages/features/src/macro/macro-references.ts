import { fromEpochDay, toEpochDay } from '@aion/core';
import type { MacroObservation } from '@aion/market/records';
import type { ReferenceSeries } from '../store/reference-series.ts';
import { CHANGE_SESSIONS, MACRO_SERIES, macroColumns, type MacroSeries, YEAR_SESSIONS } from './macro-series.ts';
import { changeOver, zScore } from './moves.ts';
import { sessionCloses, type SessionStretch } from './session-closes.ts';

/**
 * Macro figures as they were known at each session's close, and how they moved: the newest period of which a figure was out, in the version of then.
 * Of a period with published vintages those stand before an assumed one. A null takes a period's figure back. They are the same for every
 * instrument, so they are made once, by session of the exchange.
 *
 * @param observations all versions (`allVersions`), of any series, in any order.
 */
export function macroReferences(
  observations: readonly MacroObservation[],
  stretch: SessionStretch,
  wanted: readonly MacroSeries[] = MACRO_SERIES,
): Record<string, ReferenceSeries> {
  const sessions = sessionCloses(stretch, YEAR_SESSIONS);
  const first = sessions.findIndex(({ day }) => day >= stretch.fromDay);
  const from = first === -1 ? sessions.length : first;
  const sessionDay = Int32Array.from(sessions.slice(from), ({ day }) => day);
  const made: Record<string, ReferenceSeries> = {};
  for (const series of wanted) {
    const own = observations
      .filter((observation) => observation.series === series.series)
      .sort((a, b) => a.knownMs - b.knownMs);
    const reader = readerOf(series);
    let next = 0;
    const level = Float64Array.from(sessions, ({ day, closeMs }) => {
      while (next < own.length && own[next]!.knownMs <= closeMs) reader.learn(own[next++]!);
      return reader.valueOn(day);
    });
    const columns = [level, ...CHANGE_SESSIONS.map((bars) => changeOver(level, bars)), zScore(level, YEAR_SESSIONS)];
    macroColumns(series).forEach(({ name }, j) => (made[name] = { sessionDay, close: columns[j]!.subarray(from) }));
  }
  return made;
}

function readerOf({ transform, maxAgeDays }: MacroSeries) {
  const known = new Map<number, { value: number; published: boolean }>();
  let newest = -Infinity;
  return {
    learn({ period, value, vintage }: MacroObservation): void {
      const day = toEpochDay(period);
      const published = vintage === 'published';
      if (!published && known.get(day)?.published === true) return;
      if (value !== null) {
        known.set(day, { value, published });
        newest = Math.max(newest, day);
      } else if (known.delete(day) && day === newest) newest = Math.max(-Infinity, ...known.keys());
    },
    valueOn(day: number): number {
      const value = known.get(newest)?.value ?? Number.NaN;
      if (!(day - newest <= maxAgeDays)) return Number.NaN;
      if (transform === 'level') return value;
      const before = known.get(yearBefore(newest))?.value ?? Number.NaN;
      return before > 0 ? value / before - 1 : Number.NaN;
    },
  };
}

/** The same date a year before; 29 February has none. */
function yearBefore(day: number): number {
  const date = fromEpochDay(day);
  return date.endsWith('-02-29') ? Number.NaN : toEpochDay(`${Number(date.slice(0, 4)) - 1}${date.slice(4)}`);
}
