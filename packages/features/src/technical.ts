import { clamp, type BarColumns } from './columns.ts';
import { featureNode, makeFeatureEngine, type FeatureNode } from './engine/index.ts';
import { INDICATOR_NODES } from './indicators/nodes.ts';
import { decayBars, emaShare, RATIO_TOLERANCE } from './indicators/settle.ts';
import { scalarKernel, type Kernel } from './kernel/kernel.ts';

export const TECHNICAL_COLUMNS = [
  'ta_rsi14',
  'ta_macd_hist',
  'ta_adx14',
  'ta_di_diff',
  'ta_bb_pos',
  'ta_bb_width',
  'ta_atr',
  'ta_ema20',
  'ta_ema50',
  'ta_ema200',
  'ta_stoch_k',
  'ta_volume_z',
] as const;
export type TechnicalColumn = (typeof TECHNICAL_COLUMNS)[number];

/** Values of bars [from, to) made of the closes and of up to two columns at the same bars. Whole loops: a call per bar would cost more than it does. */
type Fill = (
  out: Float64Array,
  from: number,
  to: number,
  close: Float64Array,
  a: Float64Array,
  b: Float64Array,
) => void;

const perBar = (fill: Fill): Kernel =>
  scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 0,
    run: ({ close }, needs, _state, from, to, outputs) =>
      fill(outputs[0]!, from, to, close, needs[0]!, needs[1] ?? needs[0]!),
  });

/** value · factor + offset, within bounds. */
const scaled = (factor: number, offset: number, bound = Infinity): Kernel =>
  perBar((out, from, to, _close, values) => {
    for (let i = from; i < to; i++) out[i] = clamp(values[i]! * factor + offset, -bound, bound);
  });

/**
 * A price whose average range is below this part of it stands still: a liquid fund, a share that is not traded. Oscillators of it say
 * nothing, whatever figure TA-Lib's formula gives them (RSI 0, stochastic 0 or 100 by rounding), so it has no opinion.
 */
export const STILL_ATR_FRAC = 0.001;
/** So does one whose closes move by less than this a bar: liquid funds have odd prints far from a close that only gains its interest. */
export const STILL_MOVE_FRAC = 0.0005;
export const STILL_BARS = 14;
/** Closes that stand still leave no wider range than this, whatever was printed between them; beyond it they are not asked. */
const WIDE_ATR_FRAC = 0.05;

/** Whether the price stands still at a bar, with its ATR 14 there and as many bars before it as may be read. */
export function standsStill(close: ArrayLike<number>, bar: number, atr: number, before: number): boolean {
  const price = close[bar]!;
  if (atr < STILL_ATR_FRAC * price) return true;
  if (before < STILL_BARS || !(atr < WIDE_ATR_FRAC * price)) return false;
  let moved = 0;
  for (let i = bar - STILL_BARS + 1; i <= bar; i++) moved += Math.abs(close[i]! - close[i - 1]!);
  return moved < STILL_BARS * STILL_MOVE_FRAC * price;
}

/** As `scaled`, and 0, the middle, where the price stands still. Needs the oscillator and ATR 14. */
const scaledOpinion = (factor: number, offset: number, bound = Infinity): Kernel =>
  scalarKernel({
    outputs: 1,
    lookbackBars: STILL_BARS,
    // Bars seen, at most STILL_BARS.
    stateLength: 1,
    run({ close }, needs, state, from, to, outputs) {
      const [values, atr] = needs as [Float64Array, Float64Array];
      const out = outputs[0]!;
      let seen = state[0]!;
      for (let i = from; i < to; i++) {
        out[i] = standsStill(close, i, atr[i]!, seen) ? 0 : clamp(values[i]! * factor + offset, -bound, bound);
        if (seen < STILL_BARS) seen++;
      }
      state[0] = seen;
    },
  });

const settleOf = new Map(INDICATOR_NODES.flatMap(({ columns }) => columns.map((column) => [column.name, column])));

interface TechnicalParts {
  readonly name: TechnicalColumn;
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly needs: readonly string[];
  readonly kernel: Kernel;
  /** When it is more than what the columns that it needs say: units of ATR show what is small beside the price. */
  readonly settleBars?: number;
}

/** One of the twelve: it has a value where all that it needs have one. */
function technicalNode({ name, title, low, high, needs, kernel, settleBars = 0 }: TechnicalParts): FeatureNode {
  const needed = needs.map((need) => settleOf.get(need)!);
  return featureNode({
    kernel,
    needs,
    source: 'context 29 (TA 12)',
    readsVolume: name === 'ta_volume_z',
    columns: [
      {
        name,
        title,
        low,
        high,
        warmUpBars: Math.max(...needed.map(({ warmUpBars }) => warmUpBars)),
        settleBars: Math.max(settleBars, ...needed.map((column) => column.settleBars!)),
      },
    ],
  });
}

const distanceToEma = (period: 20 | 50 | 200): FeatureNode =>
  technicalNode({
    name: `ta_ema${period}`,
    title: `Distance to EMA ${period} in ATR`,
    low: -5,
    high: 5,
    needs: [`ema${period}`, 'atr14'],
    kernel: perBar((out, from, to, close, ema, atr) => {
      // A history without range has no such unit.
      for (let i = from; i < to; i++) out[i] = atr[i]! > 0 ? clamp((close[i]! - ema[i]!) / atr[i]!, -5, 5) : Number.NaN;
    }),
    settleBars: period + decayBars(emaShare(period), 1, 10 * RATIO_TOLERANCE),
  });

/** The twelve technical values of the model's context. NaN during warm-up and where a value is undefined (no range at all). */
export const TECHNICAL_NODES: readonly FeatureNode[] = [
  technicalNode({
    name: 'ta_rsi14',
    title: 'RSI 14',
    low: -1,
    high: 1,
    needs: ['rsi14', 'atr14'],
    kernel: scaledOpinion(1 / 50, -1),
  }),
  technicalNode({
    name: 'ta_macd_hist',
    title: 'MACD histogram over ATR',
    low: -3,
    high: 3,
    needs: ['macd_hist', 'atr14'],
    kernel: perBar((out, from, to, _close, histogram, atr) => {
      for (let i = from; i < to; i++) out[i] = atr[i]! > 0 ? clamp(histogram[i]! / atr[i]!, -3, 3) : Number.NaN;
    }),
  }),
  technicalNode({
    name: 'ta_adx14',
    title: 'ADX 14',
    low: 0,
    high: 2,
    needs: ['adx14'],
    kernel: scaled(1 / 50, 0),
  }),
  technicalNode({
    name: 'ta_di_diff',
    title: '+DI minus −DI',
    low: -1,
    high: 1,
    needs: ['plus_di14', 'minus_di14'],
    kernel: perBar((out, from, to, _close, plus, minus) => {
      for (let i = from; i < to; i++) out[i] = (plus[i]! - minus[i]!) / 100;
    }),
  }),
  technicalNode({
    name: 'ta_bb_pos',
    title: 'Place in the Bollinger bands',
    low: -2,
    high: 2,
    needs: ['bb_pct_b', 'atr14'],
    kernel: scaledOpinion(2, -1, 2),
  }),
  technicalNode({
    name: 'ta_bb_width',
    title: 'Bollinger width over price',
    low: 0,
    high: 20,
    needs: ['bb_upper', 'bb_lower'],
    kernel: perBar((out, from, to, close, upper, lower) => {
      for (let i = from; i < to; i++) out[i] = (upper[i]! - lower[i]!) / close[i]!;
    }),
  }),
  technicalNode({
    name: 'ta_atr',
    title: 'ATR over price',
    low: 0,
    high: 20,
    needs: ['atr14'],
    kernel: perBar((out, from, to, close, atr) => {
      for (let i = from; i < to; i++) out[i] = atr[i]! / close[i]!;
    }),
  }),
  distanceToEma(20),
  distanceToEma(50),
  distanceToEma(200),
  technicalNode({
    name: 'ta_stoch_k',
    title: 'Stochastic %K',
    low: -1,
    high: 1,
    // The slow %K is the fast %D; TA-Lib gives the former only once the slow %D exists.
    needs: ['stochf_d', 'atr14'],
    kernel: scaledOpinion(1 / 50, -1),
  }),
  technicalNode({
    name: 'ta_volume_z',
    title: 'Volume against its last 20 bars (z)',
    low: -5,
    high: 5,
    needs: ['volume_z20'],
    kernel: scaled(1, 0, 5),
  }),
];

const engine = makeFeatureEngine([...INDICATOR_NODES, ...TECHNICAL_NODES], TECHNICAL_COLUMNS);

/** The twelve technical values of the model's context at every bar of a history. */
export function technicalColumns(bars: BarColumns): Record<TechnicalColumn, Float64Array> {
  const series = { ...bars, sessionDay: new Int32Array(bars.close.length), openMinute: null, references: {} };
  const values = engine.compute(series);
  return Object.fromEntries(TECHNICAL_COLUMNS.map((name) => [name, values[name]!.slice()])) as Record<
    TechnicalColumn,
    Float64Array
  >;
}
