import { clamp, makeColumn, type BarColumns } from './columns.ts';
import {
  atr,
  bollinger,
  directionalMovement,
  ema,
  macdHistogram,
  rsi,
  stochasticK,
  volumeZ,
} from './indicators/index.ts';

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

/** The twelve technical values of the model's context at every bar. NaN during warm-up and where a value is undefined (no range at all). */
export function technicalColumns(bars: BarColumns): Record<TechnicalColumn, Float64Array> {
  const { close } = bars;
  const length = close.length;
  const atr14 = atr(bars, 14);
  const movement = directionalMovement(bars, 14);
  const bands = bollinger(close, 20, 2);
  const raw = {
    rsi: rsi(close, 14),
    macd: macdHistogram(close),
    stochastic: stochasticK(bars),
    volume: volumeZ(bars.volumeShares),
  };
  const averages = { ta_ema20: ema(close, 20), ta_ema50: ema(close, 50), ta_ema200: ema(close, 200) };
  const out = Object.fromEntries(TECHNICAL_COLUMNS.map((name) => [name, makeColumn(length)])) as Record<
    TechnicalColumn,
    Float64Array
  >;
  for (let t = 0; t < length; t++) {
    const range = atr14[t]! > 0 ? atr14[t]! : Number.NaN;
    const width = bands.upper[t]! - bands.lower[t]!;
    out.ta_rsi14[t] = raw.rsi[t]! / 50 - 1;
    out.ta_macd_hist[t] = clamp(raw.macd[t]! / range, -3, 3);
    out.ta_adx14[t] = movement.adx[t]! / 50;
    out.ta_di_diff[t] = (movement.plusDi[t]! - movement.minusDi[t]!) / 100;
    out.ta_bb_pos[t] = width > 0 ? clamp((2 * (close[t]! - bands.lower[t]!)) / width - 1, -2, 2) : Number.NaN;
    out.ta_bb_width[t] = width / close[t]!;
    out.ta_atr[t] = atr14[t]! / close[t]!;
    for (const name of ['ta_ema20', 'ta_ema50', 'ta_ema200'] as const) {
      out[name][t] = clamp((close[t]! - averages[name][t]!) / range, -5, 5);
    }
    out.ta_stoch_k[t] = raw.stochastic[t]! / 50 - 1;
    out.ta_volume_z[t] = clamp(raw.volume[t]!, -5, 5);
  }
  return out;
}
