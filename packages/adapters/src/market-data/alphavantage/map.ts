import { toEpochDay } from '@aion/core';
import { type FetchedAction, type RejectedBar, toDailyBars, type VendorContext } from '@aion/market/sources';
import type { Daily, Dividends, Splits } from './schema.ts';

/** `None`, `-` and nothing are no number. */
export function toNumber(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : null;
}

export function mapDaily(daily: Daily, context: VendorContext): ReturnType<typeof toDailyBars> {
  const rows = Object.entries(daily['Time Series (Daily)'])
    .map(([date, row]) => ({
      day: toEpochDay(date),
      open: toNumber(row['1. open']),
      high: toNumber(row['2. high']),
      low: toNumber(row['3. low']),
      close: toNumber(row['4. close']),
      volume: toNumber(row['5. volume']),
    }))
    // An answer is whole history or the last hundred days, never the range that was asked for.
    .filter(({ day }) => day >= context.fromDay && day <= context.toDay);
  return toDailyBars(rows, context);
}

export function mapActions(
  splits: Splits,
  dividends: Dividends,
  context: VendorContext,
): { actions: FetchedAction[]; rejected: RejectedBar[] } {
  const actions: FetchedAction[] = [];
  const rejected: RejectedBar[] = [];
  const add = (kind: FetchedAction['kind'], date: string, text: string): void => {
    const value = toNumber(text);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || value === null || value <= 0) {
      rejected.push({
        at: date,
        reason: 'value',
        detail: `${kind}: expected a date and a value above 0, found "${text}"`,
      });
      return;
    }
    const exDay = toEpochDay(date);
    if (exDay >= context.fromDay && exDay <= context.toDay)
      actions.push({ symbol: context.symbol, exDay, kind, value });
  };
  for (const { effective_date, split_factor } of splits.data) add('split_or_bonus', effective_date, split_factor);
  for (const { ex_dividend_date, amount } of dividends.data) add('dividend', ex_dividend_date, amount);
  actions.sort((a, b) => a.exDay - b.exDay || (a.kind < b.kind ? -1 : 1));
  return { actions, rejected };
}
