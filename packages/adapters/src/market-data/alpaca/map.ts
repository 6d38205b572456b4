import { toEpochDay } from '@aion/core';
import {
  type FetchedAction,
  localTime,
  type Tick,
  toDailyBars,
  toIntradayBars,
  type VendorContext,
  type VendorMinute,
} from '@aion/market/sources';
import type { Bars, CorporateActions } from './schema.ts';

function rowsOf(pages: readonly Bars[]): VendorMinute[] {
  return pages.flatMap(({ bars }) =>
    (bars ?? []).map(({ t, o, h, l, c, v }) => ({
      openTimeMs: Date.parse(t),
      open: o,
      high: h,
      low: l,
      close: c,
      volume: v,
    })),
  );
}

/** Daily bars are stamped at midnight in New York. */
export function mapDaily(pages: readonly Bars[], context: VendorContext): ReturnType<typeof toDailyBars> {
  const rows = rowsOf(pages).map((row) => ({ ...row, day: localTime(row.openTimeMs, 'America/New_York').day }));
  return toDailyBars(rows, context);
}

export function mapIntraday(
  pages: readonly Bars[],
  barMinutes: number,
  context: VendorContext,
): ReturnType<typeof toIntradayBars> {
  return toIntradayBars(rowsOf(pages), barMinutes, context);
}

export function mapActions(pages: readonly CorporateActions[], symbol: string): FetchedAction[] {
  const actions = pages.flatMap(({ corporate_actions: given }): FetchedAction[] => [
    ...[...(given.forward_splits ?? []), ...(given.reverse_splits ?? [])].map((split) => ({
      symbol: split.symbol,
      exDay: toEpochDay(split.ex_date),
      kind: 'split_or_bonus' as const,
      value: split.new_rate / split.old_rate,
    })),
    ...(given.cash_dividends ?? []).map((dividend) => ({
      symbol: dividend.symbol,
      exDay: toEpochDay(dividend.ex_date),
      kind: 'dividend' as const,
      value: dividend.rate,
    })),
  ]);
  return actions
    .filter((action) => action.symbol === symbol && action.value > 0 && Number.isFinite(action.value))
    .sort((a, b) => a.exDay - b.exDay || (a.kind < b.kind ? -1 : 1));
}

export function toTick(
  trade: { readonly symbol?: string; readonly timestamp: Date; readonly price: number; readonly size: number },
  nowMs: number,
): Tick | undefined {
  const eventMs = trade.timestamp.getTime();
  if (trade.symbol === undefined || !(trade.price > 0) || !Number.isFinite(eventMs)) return undefined;
  const knownMs = Math.max(nowMs, eventMs);
  return { symbol: trade.symbol, eventMs, knownMs, price: trade.price, volumeShares: trade.size, cumulative: false };
}
