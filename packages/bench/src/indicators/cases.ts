import { IndicatorsSync } from '@ixjb94/indicators';

/** The bars of one instrument, as columns and as the plain arrays that @ixjb94/indicators asks for. */
export interface Bars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
  readonly sessionDay: Int32Array;
  readonly arrays: { readonly high: number[]; readonly low: number[]; readonly close: number[] };
}

export interface IndicatorCase {
  readonly title: string;
  /** Our columns, in the order of TA-Lib's outputs. */
  readonly columns: readonly string[];
  readonly talib: {
    readonly name: string;
    readonly inputs: readonly ('high' | 'low' | 'close')[];
    readonly options: readonly number[];
  };
  ixjb94(bars: Bars['arrays']): number[][];
}

const ix = new IndicatorsSync();
const SIMPLE = 0;

/** The eight indicators of the comparison. */
export const CASES: readonly IndicatorCase[] = [
  {
    title: 'SMA 20',
    columns: ['sma20'],
    talib: { name: 'SMA', inputs: ['close'], options: [20] },
    ixjb94: ({ close }) => [ix.sma(close, 20)],
  },
  {
    title: 'EMA 20',
    columns: ['ema20'],
    talib: { name: 'EMA', inputs: ['close'], options: [20] },
    ixjb94: ({ close }) => [ix.ema(close, 20)],
  },
  {
    title: 'RSI 14',
    columns: ['rsi14'],
    talib: { name: 'RSI', inputs: ['close'], options: [14] },
    ixjb94: ({ close }) => [ix.rsi(close, 14)],
  },
  {
    title: 'MACD 12-26-9',
    columns: ['macd', 'macd_signal', 'macd_hist'],
    talib: { name: 'MACD', inputs: ['close'], options: [12, 26, 9] },
    ixjb94: ({ close }) => ix.macd(close, 12, 26, 9),
  },
  {
    title: 'Bollinger 20',
    columns: ['bb_upper', 'bb_middle', 'bb_lower'],
    talib: { name: 'BBANDS', inputs: ['close'], options: [20, 2, 2, SIMPLE] },
    ixjb94: ({ close }) => {
      const [lower, middle, upper] = ix.bbands(close, 20, 2);
      return [upper!, middle!, lower!];
    },
  },
  {
    title: 'ATR 14',
    columns: ['atr14'],
    talib: { name: 'ATR', inputs: ['high', 'low', 'close'], options: [14] },
    ixjb94: ({ high, low, close }) => [ix.atr(high, low, close, 14)],
  },
  {
    title: 'ADX 14',
    columns: ['adx14'],
    talib: { name: 'ADX', inputs: ['high', 'low', 'close'], options: [14] },
    ixjb94: ({ high, low }) => [ix.adx(high, low, 14)],
  },
  {
    title: 'Stochastic 14-3-3',
    columns: ['stoch_k', 'stoch_d'],
    talib: { name: 'STOCH', inputs: ['high', 'low', 'close'], options: [14, 3, SIMPLE, 3, SIMPLE] },
    ixjb94: ({ high, low, close }) => ix.stoch(high, low, close, 14, 3, 3),
  },
];
