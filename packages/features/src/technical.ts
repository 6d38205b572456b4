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

/** A value of each bar made from the close and up to three columns at that bar. */
const perBar = (make: (close: number, a: number, b: number, c: number) => number): Kernel =>
  scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 0,
    run({ close }, needs, _state, from, to, outputs) {
      const out = outputs[0]!;
      const a = needs[0]!;
      const b = needs[1] ?? a;
      const c = needs[2] ?? a;
      for (let i = from; i < to; i++) out[i] = make(close[i]!, a[i]!, b[i]!, c[i]!);
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

/** Distance in ATR; a history without range has no such unit. */
const inRanges = (distance: number, atr: number, bound: number): number =>
  atr > 0 ? clamp(distance / atr, -bound, bound) : Number.NaN;

const distanceToEma = (period: 20 | 50 | 200): FeatureNode =>
  technicalNode({
    name: `ta_ema${period}`,
    title: `Distance to EMA ${period} in ATR`,
    low: -5,
    high: 5,
    needs: [`ema${period}`, 'atr14'],
    kernel: perBar((close, ema, atr) => inRanges(close - ema, atr, 5)),
    settleBars: period + decayBars(emaShare(period), 1, 10 * RATIO_TOLERANCE),
  });

/** The twelve technical values of the model's context. NaN during warm-up and where a value is undefined (no range at all). */
export const TECHNICAL_NODES: readonly FeatureNode[] = [
  technicalNode({
    name: 'ta_rsi14',
    title: 'RSI 14',
    low: -1,
    high: 1,
    needs: ['rsi14'],
    kernel: perBar((_close, rsi) => rsi / 50 - 1),
  }),
  technicalNode({
    name: 'ta_macd_hist',
    title: 'MACD histogram over ATR',
    low: -3,
    high: 3,
    needs: ['macd_hist', 'atr14'],
    kernel: perBar((_close, histogram, atr) => inRanges(histogram, atr, 3)),
  }),
  technicalNode({
    name: 'ta_adx14',
    title: 'ADX 14',
    low: 0,
    high: 2,
    needs: ['adx14'],
    kernel: perBar((_close, adx) => adx / 50),
  }),
  technicalNode({
    name: 'ta_di_diff',
    title: '+DI minus −DI',
    low: -1,
    high: 1,
    needs: ['plus_di14', 'minus_di14'],
    kernel: perBar((_close, plus, minus) => (plus - minus) / 100),
  }),
  technicalNode({
    name: 'ta_bb_pos',
    title: 'Place in the Bollinger bands',
    low: -2,
    high: 2,
    needs: ['bb_pct_b'],
    kernel: perBar((_close, place) => clamp(2 * place - 1, -2, 2)),
  }),
  technicalNode({
    name: 'ta_bb_width',
    title: 'Bollinger width over price',
    low: 0,
    high: 20,
    needs: ['bb_upper', 'bb_lower'],
    kernel: perBar((close, upper, lower) => (upper - lower) / close),
  }),
  technicalNode({
    name: 'ta_atr',
    title: 'ATR over price',
    low: 0,
    high: 20,
    needs: ['atr14'],
    kernel: perBar((close, atr) => atr / close),
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
    needs: ['stochf_d'],
    kernel: perBar((_close, k) => k / 50 - 1),
  }),
  technicalNode({
    name: 'ta_volume_z',
    title: 'Volume against its last 20 bars (z)',
    low: -5,
    high: 5,
    needs: ['volume_z20'],
    kernel: perBar((_close, z) => clamp(z, -5, 5)),
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
