import { fromEpochDay, toEpochDay } from '@aion/core';
import {
  type FetchedAction,
  localTime,
  type RejectedBar,
  toDailyBars,
  toIntradayBars,
  type VendorContext,
  type VendorMinute,
} from '@aion/market/sources';
import type { Aggregates, Dividends, Splits } from './schema.ts';

function rowsOf(pages: readonly Aggregates[]): VendorMinute[] {
  return pages.flatMap(({ results }) =>
    (results ?? []).map(({ t, o, h, l, c, v }) => ({ openTimeMs: t, open: o, high: h, low: l, close: c, volume: v })),
  );
}

/** Daily bars are stamped at midnight in New York. */
export function mapDaily(pages: readonly Aggregates[], context: VendorContext): ReturnType<typeof toDailyBars> {
  const rows = rowsOf(pages).map((row) => ({ ...row, day: localTime(row.openTimeMs, 'America/New_York').day }));
  return toDailyBars(rows, context);
}

/** Its minutes run from four in the morning to eight in the evening: those outside the session are set aside. */
export function mapIntraday(
  pages: readonly Aggregates[],
  barMinutes: number,
  context: VendorContext,
): ReturnType<typeof toIntradayBars> {
  return toIntradayBars(rowsOf(pages), barMinutes, context);
}

export function mapActions(
  splits: readonly Splits[],
  dividends: readonly Dividends[],
  symbol: string,
): { actions: FetchedAction[]; rejected: RejectedBar[] } {
  const rejected: RejectedBar[] = [];
  const actions = [
    ...splits.flatMap(({ results }) =>
      results.map((split) => ({
        symbol: split.ticker,
        exDay: toEpochDay(split.execution_date),
        kind: 'split_or_bonus' as const,
        value: split.split_to / split.split_from,
      })),
    ),
    ...dividends.flatMap(({ results }) =>
      results.flatMap((dividend) => {
        if ((dividend.currency ?? 'USD') !== 'USD') {
          const detail = `dividend: expected an amount in USD, found ${dividend.currency}`;
          rejected.push({ at: dividend.ex_dividend_date, reason: 'value', detail });
          return [];
        }
        const exDay = toEpochDay(dividend.ex_dividend_date);
        return [{ symbol: dividend.ticker, exDay, kind: 'dividend' as const, value: dividend.cash_amount }];
      }),
    ),
  ].filter((action) => {
    const good = action.symbol === symbol && action.value > 0 && Number.isFinite(action.value);
    if (!good)
      rejected.push({
        at: fromEpochDay(action.exDay),
        reason: 'value',
        detail: `${action.kind} of ${action.symbol}: ${action.value}`,
      });
    return good;
  });
  actions.sort((a, b) => a.exDay - b.exDay || (a.kind < b.kind ? -1 : 1));
  return { actions, rejected };
}
