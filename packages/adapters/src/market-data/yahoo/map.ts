import {
  EXCHANGE_FACTS,
  type FetchedAction,
  localTime,
  type RejectedBar,
  toDailyBars,
  toIntradayBars,
  type VendorContext,
  type VendorMinute,
} from '@aion/market/sources';
import { fromEpochDay, type Exchange } from '@aion/core';
import type { ChartResult } from './schema.ts';

/** RELIANCE → RELIANCE.NS; BRK.B → BRK-B. */
export function toYahooSymbol(symbol: string, exchange: Exchange): string {
  return exchange === 'NSE' ? `${symbol}.NS` : symbol.replace('.', '-');
}

/** Rows of the chart by their opening instant. Columns that are shorter than the time stamps leave rows without values. */
export function chartRows(result: ChartResult): VendorMinute[] {
  const quote = result.indicators.quote[0] ?? {};
  return (result.timestamp ?? []).map((seconds, row) => ({
    openTimeMs: seconds * 1000,
    open: quote.open?.[row],
    high: quote.high?.[row],
    low: quote.low?.[row],
    close: quote.close?.[row],
    volume: quote.volume?.[row],
  }));
}

export function mapDaily(result: ChartResult, context: VendorContext): ReturnType<typeof toDailyBars> {
  const { timeZone } = EXCHANGE_FACTS[context.exchange];
  const rows = chartRows(result).map((row) => ({ ...row, day: localTime(row.openTimeMs, timeZone).day }));
  return toDailyBars(rows, context);
}

export function mapIntraday(
  result: ChartResult,
  barMinutes: number,
  context: VendorContext,
): ReturnType<typeof toIntradayBars> {
  return toIntradayBars(chartRows(result), barMinutes, context);
}

/** Splits and dividends. Yahoo has invented both and applied some twice: they are proposals, to be confirmed by the jump in raw prices. */
export function mapActions(
  result: ChartResult,
  context: VendorContext,
): { actions: FetchedAction[]; rejected: RejectedBar[] } {
  const { timeZone } = EXCHANGE_FACTS[context.exchange];
  // Dividends are given in today's shares, as if all splits since had been before them.
  const today = localTime(context.nowMs, timeZone).day;
  const actions: FetchedAction[] = [];
  const rejected: RejectedBar[] = [];
  const add = (kind: FetchedAction['kind'], seconds: number, value: number, found: string): void => {
    const exDay = localTime(seconds * 1000, timeZone).day;
    const at = fromEpochDay(exDay);
    if (!(value > 0 && Number.isFinite(value)) || value === (kind === 'dividend' ? 0 : 1)) {
      rejected.push({
        at,
        reason: 'value',
        detail: `${kind}: expected a value above 0 that changes something, found ${found}`,
      });
    } else if (exDay >= context.fromDay && exDay <= context.toDay)
      actions.push({ symbol: context.symbol, exDay, kind, value, ...(kind === 'dividend' ? { basisDay: today } : {}) });
    else rejected.push({ at, reason: 'not_asked_for', detail: 'the vendor gave an action outside the range' });
  };
  for (const { date, numerator, denominator } of Object.values(result.events?.splits ?? {})) {
    add('split_or_bonus', date, numerator / denominator, `${numerator}:${denominator}`);
  }
  for (const { date, amount } of Object.values(result.events?.dividends ?? {}))
    add('dividend', date, amount, String(amount));
  actions.sort((a, b) => a.exDay - b.exDay || (a.kind < b.kind ? -1 : 1));
  return { actions, rejected };
}
