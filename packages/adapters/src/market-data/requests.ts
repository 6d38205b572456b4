import { AppError, type SessionDate, toEpochDay, type Exchange } from '@aion/core';
import type { BarRequest, VendorContext } from '@aion/market/sources';

/** Throws AppError(bad_input) for an exchange that the vendor does not have: its bars of another one are never taken in its place. */
export function requireExchange(
  source: string,
  request: Pick<BarRequest, 'symbol' | 'exchange'>,
  has: readonly Exchange[],
): void {
  if (has.includes(request.exchange)) return;
  throw new AppError(
    'bad_input',
    `${source} has no ${request.exchange} bars (asked for ${request.symbol}); it has ${has.join(' and ')}. Ask another source`,
    { context: { source, exchange: request.exchange } },
  );
}

const SYMBOL = { NSE: /^[A-Z0-9][A-Z0-9&_-]{0,31}$/, US: /^[A-Z][A-Z0-9]{0,5}([.-][A-Z0-9]{1,2})?$/ } as const;

/** Throws AppError(bad_input) for what cannot be a symbol of the exchange, before it becomes a part of an address. */
export function requireRequest(source: string, request: BarRequest): { fromDay: number; toDay: number } {
  const { symbol, exchange, from, to } = request;
  if (!SYMBOL[exchange].test(symbol)) {
    throw new AppError('bad_input', `${source}: expected a symbol of ${exchange}, found "${symbol}"; check it`, {
      context: { source, symbol },
    });
  }
  const range = { fromDay: toEpochDay(from), toDay: toEpochDay(to) };
  if (range.fromDay > range.toDay) {
    throw new AppError('bad_input', `${source}: the range ends (${to}) before it begins (${from}); turn it round`);
  }
  return range;
}

export function contextOf(
  request: BarRequest,
  range: { readonly fromDay: number; readonly toDay: number },
  nowMs: number,
): VendorContext {
  return { symbol: request.symbol, exchange: request.exchange, nowMs, ...range };
}

/** Cuts a range into parts of at most `days` days, oldest first: for vendors that give only so much at a time. */
export function partsOf(fromDay: number, toDay: number, days: number): { fromDay: number; toDay: number }[] {
  const parts: { fromDay: number; toDay: number }[] = [];
  for (let from = fromDay; from <= toDay; from += days)
    parts.push({ fromDay: from, toDay: Math.min(from + days - 1, toDay) });
  return parts;
}

/** A bound on pages of one answer: a vendor that sends the same next page for ever must not keep us. */
export const MAX_PAGES = 200;

export function tooManyPages(source: string): AppError {
  return new AppError('too_large', `${source}: more than ${MAX_PAGES} pages; ask for a shorter range`, {
    context: { source },
  });
}

export const isoDay = (text: string): SessionDate => text.slice(0, 10);
