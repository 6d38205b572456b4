import { FLAGS } from '@aion/core';
import type { Measure } from '@aion/market/records';
import { z } from 'zod';

/** The gates every symbol must pass before any model sees it. They cut the universe and decide no trade. */
export const GateRules = z.strictObject({
  minPrice: z.number().positive().default(20),
  maxPrice: z.number().positive().default(50_000),
  minHistorySessions: z.int().positive().default(250),
  turnoverWindowSessions: z.int().positive().default(20),
  /** Median of close × volume over the window, in the exchange's currency (1 crore). */
  minMedianTurnover: z.number().min(0).default(10_000_000),
  /** Share of the window's sessions on which the symbol must have traded. */
  minTradedFrac: z.number().min(0).max(1).default(0.9),
  /**
   * Least median range of a session over its close. What moves less, such as a liquid or gilt fund, cannot pay for a trade: taxes,
   * charges and slippage of a delivery trade are about 0.35 %.
   */
  minRangeFrac: z.number().min(0).max(0.1).default(0.005),
  /**
   * Least mean move from close to close: prints far from closes that hardly move, as gilt funds have them, give a range that no trade
   * earns. At 0.2 % a session ten of them reach about 0.8 %, less than a first target must pay over costs.
   */
  minMoveFrac: z.number().min(0).max(0.1).default(0.002),
  /** Least median range in ticks: below it a price only jumps between a few levels. */
  minRangeTicks: z.number().min(0).max(1000).default(5),
  /** Measures of the exchange under which no entry is made. A day of results ends the validity of a signal instead (`fuse`). */
  blockedFlags: z.array(z.enum(FLAGS)).default(['asm', 'gsm', 't2t', 'price_band']),
  /** From which stage additional surveillance bars entries: in the first the share trades as before, against a margin. */
  asmFromStage: z.int().min(1).max(6).default(2),
  /** The widest daily price band, in per cent, that bars entries: a stop inside it may find no buyer for days. */
  blockedBandPercent: z.number().min(0).max(100).default(5),
});
export type GateRules = z.infer<typeof GateRules>;

export type GateReason =
  | 'not_traded'
  | 'short_history'
  | 'price_too_low'
  | 'price_too_high'
  | 'illiquid'
  | 'halted_often'
  | 'no_range'
  | 'flagged';

export const GATE_TITLES: Readonly<Record<GateReason, string>> = {
  not_traded: 'Did not trade on the session',
  short_history: 'Too little history for the model input',
  price_too_low: 'Price below the minimum',
  price_too_high: 'Price above the maximum',
  illiquid: 'Median turnover too small',
  halted_often: 'Missed too many recent sessions',
  no_range: 'Moves too little to pay for a trade',
  flagged: 'Under a measure of the exchange that bars entries',
};

/** One symbol's last sessions: columns end at its last bar, oldest first. */
export interface GateInput {
  readonly lastDay: number;
  readonly historySessions: number;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
  /** The exchange's tick for the instrument on the session, in major units. */
  readonly tick: number;
  /** Bars of the symbol within the exchange's last `turnoverWindowSessions` sessions. */
  readonly barsInWindow: number;
  /** Measures of the exchange in force when entries can begin. */
  readonly measures?: readonly Measure[];
}

export type GateVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'rejected'; readonly reason: GateReason; readonly detail: string };

/** First gate that fails, cheapest first, with the figures that decided. Prices and volumes are raw, as traded. */
export function gate(input: GateInput, sessionDay: number, rules: GateRules): GateVerdict {
  const rejected = (reason: GateReason, detail: string): GateVerdict => ({ kind: 'rejected', reason, detail });
  if (input.lastDay !== sessionDay) return rejected('not_traded', `last bar ${sessionDay - input.lastDay} days before`);
  if (input.historySessions < rules.minHistorySessions) {
    return rejected('short_history', `${input.historySessions} sessions, ${rules.minHistorySessions} needed`);
  }
  const barring = barringMeasures(input.measures ?? [], rules);
  if (barring.length > 0)
    return rejected(
      'flagged',
      barring.map(({ flag, detail }) => (detail === null ? flag : `${flag} ${detail}`)).join(', '),
    );
  const price = input.close.at(-1)!;
  if (price < rules.minPrice) return rejected('price_too_low', `${price} < ${rules.minPrice}`);
  if (price > rules.maxPrice) return rejected('price_too_high', `${price} > ${rules.maxPrice}`);
  if (input.barsInWindow < rules.minTradedFrac * rules.turnoverWindowSessions) {
    return rejected('halted_often', `${input.barsInWindow} of ${rules.turnoverWindowSessions} sessions`);
  }
  const turnover = medianTurnover(input, rules.turnoverWindowSessions);
  if (turnover < rules.minMedianTurnover)
    return rejected('illiquid', `${Math.round(turnover)} < ${rules.minMedianTurnover}`);
  const range = medianRange(input, rules.turnoverWindowSessions);
  if (range < rules.minRangeFrac * price)
    return rejected('no_range', `${((100 * range) / price).toFixed(2)} % < ${100 * rules.minRangeFrac} %`);
  const move = meanMove(input.close, rules.turnoverWindowSessions);
  if (move < rules.minMoveFrac)
    return rejected('no_range', `${(100 * move).toFixed(2)} % from close to close < ${100 * rules.minMoveFrac} %`);
  if (range < rules.minRangeTicks * input.tick)
    return rejected('no_range', `${(range / input.tick).toFixed(1)} < ${rules.minRangeTicks} ticks`);
  return { kind: 'passed' };
}

/**
 * The measures that bar an entry. A stage or a band that cannot be read bars it.
 *
 * @example barringMeasures([{ flag: 'asm', detail: 'Stage I' }, { flag: 't2t', detail: 'BE' }], GateRules.parse({})) // trade-to-trade alone
 */
export function barringMeasures(measures: readonly Measure[], rules: GateRules): readonly Measure[] {
  return measures.filter(({ flag, detail }) => {
    if (!rules.blockedFlags.includes(flag)) return false;
    if (flag === 'asm') return !(stageOf(detail) < rules.asmFromStage);
    if (flag === 'price_band') return !(Number(detail ?? 'none') > rules.blockedBandPercent);
    return true;
  });
}

const STAGES = ['I', 'II', 'III', 'IV', 'V', 'VI'];

/** The stage in the exchange's words, as `Stage II` or `LTASM - 2`; NaN where none is in them. */
function stageOf(detail: string | null): number {
  const [, text = ''] = /(?:^|[^A-Za-z0-9])(VI|IV|V|I{1,3}|[1-6])(?![A-Za-z0-9])/.exec(detail ?? '') ?? [];
  return STAGES.includes(text) ? STAGES.indexOf(text) + 1 : text === '' ? Number.NaN : Number(text);
}

/** Median of the true range over the last `window` bars: the gap from the close before counts. */
export function medianRange({ high, low, close }: Pick<GateInput, 'high' | 'low' | 'close'>, window: number): number {
  const ranges: number[] = [];
  for (let i = Math.max(0, close.length - window); i < close.length; i++) {
    const before = i > 0 ? close[i - 1]! : close[i]!;
    ranges.push(Math.max(high[i]!, before) - Math.min(low[i]!, before));
  }
  return medianOf(ranges);
}

/** Mean absolute move from close to close over the last `window` bars, as a fraction. */
export function meanMove(close: Float64Array, window: number): number {
  const start = Math.max(1, close.length - window);
  let sum = 0;
  for (let i = start; i < close.length; i++) sum += Math.abs(close[i]! / close[i - 1]! - 1);
  return close.length > start ? sum / (close.length - start) : 0;
}

/** Median of close × volume over the last `window` bars. */
export function medianTurnover(input: Pick<GateInput, 'close' | 'volumeShares'>, window: number): number {
  const start = Math.max(0, input.close.length - window);
  return medianOf(Array.from(input.close.subarray(start), (close, i) => close * input.volumeShares[start + i]!));
}

/** 0 for no values. */
function medianOf(given: readonly number[]): number {
  const values = given.toSorted((a, b) => a - b);
  const middle = values.length >> 1;
  if (values.length === 0) return 0;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
