import type { BarColumns } from '../src/columns.ts';

type Input = 'open' | 'high' | 'low' | 'close' | 'volumeShares';

export interface TalibCase {
  /** Our columns, in the order of the function's outputs. */
  readonly columns: readonly string[];
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly options: readonly number[];
  /** What 1e-9 is a part of where a value can be 0: the price, the traded volume or the range of the values. */
  readonly scale: 'price' | 'volume' | number;
  readonly integers: boolean;
  /** TA-Lib is asked in millionths, whole numbers, where it would let the last bit of a sum of prices decide. */
  readonly inMillionths?: boolean;
}

const INPUTS: Readonly<Record<string, Input>> = { o: 'open', h: 'high', l: 'low', c: 'close', v: 'volumeShares' };

const compare = (
  columns: string,
  name: string,
  inputs: string,
  options: readonly number[] = [],
  scale: TalibCase['scale'] = 'price',
): TalibCase => ({
  columns: columns.split(' '),
  name,
  inputs: [...inputs].map((letter) => INPUTS[letter]!),
  options,
  scale,
  integers: false,
});
const candle = (column: string, name: string, options: readonly number[] = []): TalibCase => ({
  ...compare(`cdl_${column}`, `CDL${name}`, 'ohlc', options, 100),
  integers: true,
});

const SIMPLE = 0;

/** Every indicator that TA-Lib has, and how it is asked for it. */
export const TALIB_CASES: readonly TalibCase[] = [
  ...[1, 5, 20, 200].map((n) => compare(`sma${n}`, n === 1 ? 'MA' : 'SMA', 'c', n === 1 ? [1, SIMPLE] : [n])),
  ...[9, 20, 200].map((n) => compare(`ema${n}`, 'EMA', 'c', [n])),
  ...[2, 20].map((n) => compare(`wma${n}`, 'WMA', 'c', [n])),
  ...[3, 20].map((n) => compare(`dema${n}`, 'DEMA', 'c', [n])),
  ...[3, 20].map((n) => compare(`tema${n}`, 'TEMA', 'c', [n])),
  ...[2, 3, 20, 21].map((n) => compare(`trima${n}`, 'TRIMA', 'c', [n])),
  ...[2, 10].map((n) => compare(`kama${n}`, 'KAMA', 'c', [n])),
  compare('trix15', 'TRIX', 'c', [15], 100),
  compare('macd macd_signal macd_hist', 'MACD', 'c', [12, 26, 9]),
  compare('apo', 'APO', 'c', [12, 26, SIMPLE]),
  compare('ppo', 'PPO', 'c', [12, 26, SIMPLE], 100),
  ...[2, 14, 21].map((n) => compare(`rsi${n}`, 'RSI', 'c', [n], 100)),
  compare('stoch_k stoch_d', 'STOCH', 'hlc', [14, 3, SIMPLE, 3, SIMPLE], 100),
  compare('stochf_k stochf_d', 'STOCHF', 'hlc', [14, 3, SIMPLE], 100),
  compare('stochrsi_k stochrsi_d', 'STOCHRSI', 'c', [14, 14, 3, SIMPLE], 100),
  ...[14, 20].map((n) => compare(`cci${n}`, 'CCI', 'hlc', [n], 100)),
  ...[2, 14].map((n) => compare(`willr${n}`, 'WILLR', 'hlc', [n], 100)),
  ...[1, 10].map((n) => compare(`roc${n}`, 'ROC', 'c', [n], 100)),
  compare('mom10', 'MOM', 'c', [10]),
  ...[1, 5, 20].map((n) => compare(`return${n}`, 'ROCP', 'c', [n], 1)),
  compare('ultosc', 'ULTOSC', 'hlc', [7, 14, 28], 100),
  compare('bop', 'BOP', 'ohlc', [], 1),
  compare('bb_upper bb_middle bb_lower', 'BBANDS', 'c', [20, 2, 2, SIMPLE]),
  compare('bb50_upper bb50_middle bb50_lower', 'BBANDS', 'c', [50, 2, 2, SIMPLE]),
  compare('tr', 'TRANGE', 'hlc'),
  ...[2, 14].map((n) => compare(`atr${n}`, 'ATR', 'hlc', [n])),
  compare('natr14', 'NATR', 'hlc', [14], 100),
  ...[2, 14].flatMap((n) => [
    compare(`adx${n}`, 'ADX', 'hlc', [n], 100),
    compare(`plus_di${n}`, 'PLUS_DI', 'hlc', [n], 100),
    compare(`minus_di${n}`, 'MINUS_DI', 'hlc', [n], 100),
    compare(`adxr${n}`, 'ADXR', 'hlc', [n], 100),
  ]),
  ...['aroon 14', 'aroon25 25'].flatMap((both) => {
    const [group, period] = both.split(' ');
    return [
      compare(`${group}_down ${group}_up`, 'AROON', 'hl', [Number(period)], 100),
      compare(`${group}_osc`, 'AROONOSC', 'hl', [Number(period)], 100),
    ];
  }),
  compare('psar', 'SAR', 'hl', [0.02, 0.2]),
  compare('obv', 'OBV', 'cv', [], 'volume'),
  compare('ad', 'AD', 'hlcv', [], 'volume'),
  compare('adosc', 'ADOSC', 'hlcv', [3, 10], 'volume'),
  ...[2, 14].map((n) => ({ ...compare(`mfi${n}`, 'MFI', 'hlcv', [n], 100), inMillionths: true })),
  candle('doji', 'DOJI'),
  candle('dragonfly_doji', 'DRAGONFLYDOJI'),
  candle('gravestone_doji', 'GRAVESTONEDOJI'),
  candle('marubozu', 'MARUBOZU'),
  candle('spinning_top', 'SPINNINGTOP'),
  candle('hammer', 'HAMMER'),
  candle('hanging_man', 'HANGINGMAN'),
  candle('inverted_hammer', 'INVERTEDHAMMER'),
  candle('shooting_star', 'SHOOTINGSTAR'),
  candle('engulfing', 'ENGULFING'),
  candle('harami', 'HARAMI'),
  candle('piercing', 'PIERCING'),
  candle('dark_cloud_cover', 'DARKCLOUDCOVER', [0.5]),
  candle('morning_star', 'MORNINGSTAR', [0.3]),
  candle('evening_star', 'EVENINGSTAR', [0.3]),
  candle('three_white_soldiers', '3WHITESOLDIERS'),
  candle('three_black_crows', '3BLACKCROWS'),
];

/** The number that 1e-9 is a part of. */
export function scaleOf({ scale }: TalibCase, bars: BarColumns): number {
  if (scale === 'price') return bars.close.reduce((top, close) => Math.max(top, close), 0);
  if (scale === 'volume') return bars.volumeShares.reduce((sum, volume) => sum + volume, 1);
  return scale;
}
