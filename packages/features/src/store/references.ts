import { lowerBound, makeHasher } from '@aion/core';
import type { ExchangeCalendar } from '@aion/market';
import { FEATURE_NODES } from '../catalogue/catalogue.ts';
import { closingDays, PERIOD_CLOSES } from '../timeframes/index.ts';
import type { ReferenceSeries, References, ReferenceSource } from './reference-series.ts';

/** Gives every instrument the same references. */
export const sameForAll = (references: References): ReferenceSource => ({
  of: () => references,
  hashUpTo: (day) => references.hashUpTo(day),
});

/** The references that features read. */
export const REFERENCE_NAMES: readonly string[] = [...new Set(FEATURE_NODES.flatMap((node) => node.references))].sort();

/**
 * References from series by day, and the ends of weeks and months from the calendar.
 *
 * @example makeReferences(loadCalendar('NSE')).on(Int32Array.of(20_511))['closes_month'] // [1]: 2026-02-27 ends its month
 */
export function makeReferences(
  calendar: ExchangeCalendar,
  series: Readonly<Record<string, ReferenceSeries>> = {},
): References {
  const names = Object.keys(series).sort();
  const closes = {
    [PERIOD_CLOSES.week]: closingDays('week', calendar),
    [PERIOD_CLOSES.month]: closingDays('month', calendar),
  };
  const columnsOn = (sessionDay: Int32Array): Readonly<Record<string, Float64Array>> => {
    const columns: Record<string, Float64Array> = {};
    for (const [name, days] of Object.entries(closes)) {
      const column = new Float64Array(sessionDay.length);
      for (let i = 0; i < column.length; i++) column[i] = days[sessionDay[i]! - calendar.firstDay] ?? 0;
      columns[name] = column;
    }
    for (const name of names) columns[name] = alignReference(sessionDay, series[name]!);
    return columns;
  };
  // Most instruments trade on the same sessions: those share their columns, which nobody writes to.
  const known = new Map<string, { sessionDay: Int32Array; columns: Readonly<Record<string, Float64Array>> }[]>();
  let kept = 0;
  const hashes = new Map<number, string>();
  return {
    on(sessionDay) {
      const key = `${sessionDay.length} ${sessionDay[0]} ${sessionDay.at(-1)}`;
      const found = known.get(key)?.find((entry) => sameDays(entry.sessionDay, sessionDay));
      if (found !== undefined) return found.columns;
      if (kept++ === KEPT_SESSIONS) {
        known.clear();
        kept = 1;
      }
      const entry = { sessionDay: sessionDay.slice(), columns: columnsOn(sessionDay) };
      const others = known.get(key);
      if (others === undefined) known.set(key, [entry]);
      else others.push(entry);
      return entry.columns;
    },
    hashUpTo(day) {
      let hash = hashes.get(day);
      if (hash !== undefined) return hash;
      const hasher = makeHasher();
      for (const days of Object.values(closes))
        hasher.update(days.subarray(0, Math.min(days.length, Math.max(0, day - calendar.firstDay + 1))));
      for (const name of names) {
        const { sessionDay, close } = series[name]!;
        let count = sessionDay.length;
        while (count > 0 && sessionDay[count - 1]! > day) count--;
        hasher.update(`\n${name} ${count}\n`);
        hasher.update(new Uint8Array(sessionDay.buffer, sessionDay.byteOffset, 4 * count));
        hasher.update(new Uint8Array(close.buffer, close.byteOffset, 8 * count));
      }
      hash = hasher.hex();
      hashes.set(day, hash);
      return hash;
    },
  };
}

/** Of how many different lists of sessions the columns are kept. */
const KEPT_SESSIONS = 64;

function sameDays(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A series' value on each of an instrument's sessions; NaN where it has none that day. */
function alignReference(sessionDay: Int32Array, reference: ReferenceSeries): Float64Array {
  const aligned = new Float64Array(sessionDay.length);
  let at = 0;
  for (let i = 0; i < sessionDay.length; i++) {
    const day = sessionDay[i]!;
    if (i === 0) at = lowerBound(reference.sessionDay, day);
    else while (at < reference.sessionDay.length && reference.sessionDay[at]! < day) at++;
    aligned[i] = reference.sessionDay[at] === day ? reference.close[at]! : Number.NaN;
  }
  return aligned;
}
