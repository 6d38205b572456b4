import type { BarColumns } from '../columns.ts';
import { ema } from '../indicators/index.ts';
import { scanSmartMoney, SMART_MONEY_COLUMNS, type SmartMoney } from '../smart-money/index.ts';
import { technicalColumns, TECHNICAL_COLUMNS } from '../technical.ts';
import { alignmentAt, alignTimeframe, MIN_CLOSED_MONTHS, type Alignment } from '../timeframes/index.ts';
import { kronosWindow, swingWindow } from './normalise.ts';
import { CONTEXT_VALUES, MIN_DAILY_BARS } from './schema.ts';

/** Closed bars of one instrument, per timeframe, as known at the moment of the forecast. Adjusted with the actions known then. */
export interface TimeframeBars {
  readonly month: BarColumns;
  readonly week: BarColumns;
  readonly day: BarColumns;
  /** Null where no intraday bars exist: the value is 0 with its reason, in training as in serving. */
  readonly fourHour: BarColumns | null;
  readonly hour: BarColumns | null;
}

/** The locked model input of one instrument. */
export interface ModelInput {
  readonly ohlcv: Float32Array;
  readonly kline: Float32Array;
  readonly context: Float32Array;
  /** Names of context values that are absent, with the reason. */
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
  readonly smartMoney: SmartMoney;
}

export type ModelInputResult =
  | { readonly kind: 'input'; readonly input: ModelInput }
  | { readonly kind: 'rejected'; readonly reason: string; readonly detail: string };

/**
 * Builds ohlcv_120, kline_120 and the 29 context values at the last closed daily bar. A symbol with too little history or
 * an undefined value is rejected with its reason (PRE_FEATURE); nothing is padded or guessed.
 */
export function buildModelInput(bars: TimeframeBars): ModelInputResult {
  const days = bars.day.close.length;
  if (days < MIN_DAILY_BARS) {
    return { kind: 'rejected', reason: 'short_history', detail: `${days} daily bars, ${MIN_DAILY_BARS} needed` };
  }
  const ohlcv = swingWindow(bars.day, days);
  if (ohlcv.kind === 'rejected') return { kind: 'rejected', reason: ohlcv.reason, detail: 'ohlcv_120' };
  const kline = kronosWindow(bars.day, days);
  if (kline.kind === 'rejected') return { kind: 'rejected', reason: kline.reason, detail: 'kline_120' };

  const t = days - 1;
  const smartMoney = scanSmartMoney(bars.day);
  const technical = technicalColumns(bars.day);
  const daily = alignmentAt(
    bars.day.close,
    ema(bars.day.close, 20),
    ema(bars.day.close, 50),
    smartMoney.columns.smc_trend,
    t,
  );
  const alignments: Record<string, Alignment> = {
    tf_month: alignTimeframe(bars.month, MIN_CLOSED_MONTHS),
    tf_week: alignTimeframe(bars.week),
    tf_day: { kind: 'present', value: daily },
    tf_4h: bars.fourHour === null ? { kind: 'missing', reason: 'no_bars' } : alignTimeframe(bars.fourHour),
    tf_1h: bars.hour === null ? { kind: 'missing', reason: 'no_bars' } : alignTimeframe(bars.hour),
  };
  const known: Record<string, number> = {};
  for (const name of SMART_MONEY_COLUMNS) known[name] = smartMoney.columns[name][t]!;
  for (const name of TECHNICAL_COLUMNS) known[name] = technical[name][t]!;

  const context = new Float32Array(CONTEXT_VALUES.length);
  const absent: { name: string; reason: string }[] = [];
  for (const [place, spec] of CONTEXT_VALUES.entries()) {
    const alignment = alignments[spec.name];
    let value = known[spec.name] ?? Number.NaN;
    if (alignment !== undefined) {
      if (alignment.kind === 'present') value = alignment.value;
      else if (spec.absent !== null) {
        value = spec.absent.value;
        absent.push({
          name: spec.name,
          reason: alignment.reason === 'no_bars' ? spec.absent.reason : alignment.reason,
        });
      }
    }
    if (!Number.isFinite(value)) {
      return { kind: 'rejected', reason: 'undefined_value', detail: `${spec.name} has no value at the last bar` };
    }
    if (value < spec.low - 1e-9 || value > spec.high + 1e-9) {
      return {
        kind: 'rejected',
        reason: 'out_of_range',
        detail: `${spec.name} is ${value}, expected ${spec.low} to ${spec.high}`,
      };
    }
    context[place] = value;
  }
  return { kind: 'input', input: { ohlcv: ohlcv.values, kline: kline.values, context, absent, smartMoney } };
}
