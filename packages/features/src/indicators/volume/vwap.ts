import { AppError } from '@aion/core';
import { OHLCV_COLUMNS } from '@aion/market';
import type { BarColumns } from '../../columns.ts';
import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { runKernel } from '../run-kernel.ts';

export type VwapAnchor = 'session' | 'year' | 'first_bar';

/**
 * Mean typical price since the anchor, weighed by volume; NaN until something traded. `session` starts again with each session, so that on
 * daily bars it is the typical price; `year` with the first bar of each calendar year. After a bar without a price it starts again as well.
 */
export function vwapKernel(anchor: VwapAnchor): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // First session day that the sums no longer hold for; money and volume since the anchor; whether a bar was seen.
    stateLength: 4,
    run({ high, low, close, volumeShares, sessionDay }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let until = state[3] === 0 ? -Infinity : state[0]!;
      let money = state[1]!;
      let volume = state[2]!;
      for (let i = from; i < to; i++) {
        const typical = (high[i]! + low[i]! + close[i]!) / 3;
        if (anchor !== 'first_bar' && sessionDay[i]! >= until) {
          until = anchor === 'session' ? sessionDay[i]! + 1 : nextNewYear(sessionDay[i]!);
          money = 0;
          volume = 0;
        }
        money += typical * volumeShares[i]!;
        volume += volumeShares[i]!;
        out[i] = volume > 0 ? money / volume : Number.NaN;
      }
      state[0] = until;
      state[1] = money;
      state[2] = volume;
      state[3] = 1;
    },
  });
}

/** Volume-weighted mean typical price of the last `period` bars; NaN for a window without volume. */
export function rollingVwapKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period; bars until the sums are made anew, so that a huge volume leaves no rounding behind; money and volume; bars in a
    // row without volume.
    stateLength: 5,
    run({ high, low, close, volumeShares }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let untilRenewal = state[1]!;
      let money = state[2]!;
      let volume = state[3]!;
      let quiet = state[4]!;
      for (let i = from; i < to; i++) {
        if (untilRenewal === 0) {
          untilRenewal = period;
          money = 0;
          volume = 0;
          for (let j = seen < period ? i - seen : i - period + 1; j < i; j++) {
            money += ((high[j]! + low[j]! + close[j]!) / 3) * volumeShares[j]!;
            volume += volumeShares[j]!;
          }
        } else if (seen === period) {
          const gone = i - period;
          money -= ((high[gone]! + low[gone]! + close[gone]!) / 3) * volumeShares[gone]!;
          volume -= volumeShares[gone]!;
        }
        untilRenewal--;
        money += ((high[i]! + low[i]! + close[i]!) / 3) * volumeShares[i]!;
        volume += volumeShares[i]!;
        quiet = volumeShares[i] === 0 ? quiet + 1 : 0;
        if (seen < period) seen++;
        out[i] = seen < period || quiet >= period ? Number.NaN : money / volume;
      }
      state[0] = seen;
      state[1] = untilRenewal;
      state[2] = money;
      state[3] = volume;
      state[4] = quiet;
    },
  });
}

/**
 * Volume-weighted mean typical price from one bar on, as a chart draws it from a chosen low or event; NaN before it.
 *
 * @throws AppError(bad_input) when the bar is none of the series.
 */
export function anchoredVwap(bars: BarColumns, anchorBar: number): Float64Array {
  const length = bars.close.length;
  if (!Number.isInteger(anchorBar) || anchorBar < 0 || anchorBar >= length) {
    throw new AppError('bad_input', `the anchor is one of the bars 0 to ${length - 1}, not ${anchorBar}`);
  }
  const since = Object.fromEntries(
    OHLCV_COLUMNS.map((name) => [name, bars[name].subarray(anchorBar)]),
  ) as unknown as BarColumns;
  const out = new Float64Array(length).fill(Number.NaN);
  out.set(runKernel(vwapKernel('first_bar'), since)[0]!, anchorBar);
  return out;
}

const DAYS_IN_400_YEARS = 146_097;

/** Epoch day of 1 January after a day (H. Hinnant's civil calendar, years counted from March). */
function nextNewYear(day: number): number {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const march = (year: number): number =>
    era * DAYS_IN_400_YEARS + 365 * year + Math.floor(year / 4) - Math.floor(year / 100) - 719_468;
  // 1 January is 306 days after 1 March, in the same year counted from March.
  const newYear = march(yearOfEra) + 306;
  return day < newYear ? newYear : march(yearOfEra + 1) + 306;
}
