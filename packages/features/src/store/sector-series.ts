import { factorsOf, type CorporateAction, type DailyBars } from '@aion/market';
import type { ReferenceSeries } from './reference-series.ts';

const FIRST_LEVEL = 1000;
/** Calendar days between two closes beyond which their ratio is no return of a day: a halt is not the sector's. */
const LONGEST_GAP_DAYS = 7;
/** No exchange lets a share rise as far in a day: a jump that no action explains. */
const MOST_CHANGE = 1;

/**
 * An equally weighted index of shares: each session's level is the one before times one plus the mean return of those that traded on both. A return
 * is taken between raw closes and the actions of that very day, so that no later action changes a level.
 *
 * @param actionsOf a share's actions; those that change no price may be among them.
 */
export function equalWeightIndex(
  members: readonly DailyBars[],
  actionsOf: (symbol: string) => readonly CorporateAction[],
): ReferenceSeries {
  const returns = new Map<number, { sum: number; count: number }>();
  for (const { symbol, sessionDay, close } of members) {
    const factors = new Map<number, number>();
    for (const action of actionsOf(symbol)) {
      if (action.kind === 'dividend') continue;
      factors.set(action.exDay, (factors.get(action.exDay) ?? 1) * factorsOf(action).price);
    }
    for (let i = 1; i < close.length; i++) {
      const day = sessionDay[i]!;
      if (day - sessionDay[i - 1]! > LONGEST_GAP_DAYS) continue;
      const change = close[i]! / (close[i - 1]! * (factors.get(day) ?? 1)) - 1;
      // A broken close of one member is no return of the sector.
      if (!(change > -1 && change < MOST_CHANGE)) continue;
      const entry = returns.get(day);
      if (entry === undefined) returns.set(day, { sum: change, count: 1 });
      else {
        entry.sum += change;
        entry.count++;
      }
    }
  }
  const days = [...returns.keys()].sort((a, b) => a - b);
  const close = new Float64Array(days.length);
  let level = FIRST_LEVEL;
  days.forEach((day, at) => {
    const { sum, count } = returns.get(day)!;
    close[at] = level *= 1 + sum / count;
  });
  return { sessionDay: Int32Array.from(days), close };
}
