import { toDailyBars, toIntradayBars, localTime, type VendorContext, type VendorMinute } from '@aion/market/sources';
import { csvRows } from '@aion/market/csv-rows';
import type { Candles } from './schema.ts';

const STAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})([+-]\d{2}):?(\d{2})$/;

/** Kite writes its offset without a colon, which ISO 8601 does not mix with the extended form. */
export function instantOfStamp(text: string): number {
  const [, local, hours, minutes] = STAMP.exec(text) ?? [];
  return local === undefined ? Number.NaN : Date.parse(`${local}${hours}:${minutes}`);
}

function rowsOf(candles: Candles): VendorMinute[] {
  return candles.data.candles.map(([stamp, open, high, low, close, volume]) => ({
    openTimeMs: instantOfStamp(stamp),
    open,
    high,
    low,
    close,
    volume,
  }));
}

export function mapDaily(parts: readonly Candles[], context: VendorContext): ReturnType<typeof toDailyBars> {
  const rows = parts.flatMap((part) => rowsOf(part));
  return toDailyBars(
    rows.map((row) => ({ ...row, day: localTime(row.openTimeMs, 'Asia/Kolkata').day })),
    context,
  );
}

export function mapIntraday(
  parts: readonly Candles[],
  barMinutes: number,
  context: VendorContext,
): ReturnType<typeof toIntradayBars> {
  return toIntradayBars(
    parts.flatMap((part) => rowsOf(part)),
    barMinutes,
    context,
  );
}

/** Tokens by symbol from the list of instruments: shares of the exchange only, since derivatives carry similar names. */
export function mapTokens(csv: string): Map<string, number> {
  const [header, ...rows] = csvRows(csv);
  const place = (name: string): number => header?.fields.indexOf(name) ?? -1;
  const [token, symbol, type, segment] = ['instrument_token', 'tradingsymbol', 'instrument_type', 'segment'].map(place);
  const tokens = new Map<string, number>();
  for (const { fields } of rows) {
    if (fields[type!] !== 'EQ' || fields[segment!] !== 'NSE') continue;
    const value = Number(fields[token!]);
    if (Number.isInteger(value) && value > 0) tokens.set(fields[symbol!]!, value);
  }
  return tokens;
}
