import { compactDate, isTicker, toEpochDay, type SessionDate } from '@aion/core';
import { toBarTable, type DailyBars } from '@aion/market';
import { csvRows } from '@aion/market/csv-rows';
import type { IndexBars } from '@aion/market/sources';

/** Where the closes of a session's indices lie. @example indexPlace('2026-02-27') // '/content/indices/ind_close_all_27022026.csv' */
export function indexPlace(date: SessionDate): string {
  const compact = compactDate(date);
  return `/content/indices/ind_close_all_${compact.slice(6)}${compact.slice(4, 6)}${compact.slice(0, 4)}.csv`;
}

const COLUMNS = [
  'index name',
  'index date',
  'open index value',
  'high index value',
  'low index value',
  'closing index value',
  'volume',
] as const;

/**
 * Bars of the indices in a file of their closes, under the lake's names (`Nifty 50` is NIFTY50, `India VIX` INDIA_VIX, others NIFTY_…).
 * An index without prices of its own, as those of debt, is left out. Undefined for another file or another day's.
 */
export function parseIndexFile(text: string, date: SessionDate): IndexBars | undefined {
  const [header, ...rows] = csvRows(text);
  const names = header?.fields.map((field) => field.trim().toLowerCase()) ?? [];
  const places = COLUMNS.map((column) => names.indexOf(column));
  if (places.includes(-1)) return undefined;
  const series: DailyBars[] = [];
  let leftOut = 0;
  const seen = new Set<string>();
  for (const { fields } of rows) {
    const [name, day, ...values] = places.map((place) => fields[place]?.trim() ?? '');
    if (isoDate(day!) !== date) return undefined;
    const [open, high, low, close, volume] = values.map((value) =>
      value === '-' || value === '' ? Number.NaN : Number(value),
    );
    const symbol = indexSymbol(name!);
    if (symbol === undefined || seen.has(symbol) || ![open, high, low, close].every((price) => price! > 0)) {
      leftOut++;
      continue;
    }
    seen.add(symbol);
    const column = (value: number): Float64Array => Float64Array.of(value);
    series.push({
      ...{ symbol, sessionDay: Int32Array.of(toEpochDay(date)), open: column(open!), high: column(high!) },
      ...{ low: column(low!), close: column(close!), volumeShares: column(Number.isFinite(volume) ? volume! : 0) },
    });
  }
  return series.length === 0 ? undefined : { table: toBarTable(series), leftOut };
}

/** 27-02-2026 as 2026-02-27. */
function isoDate(text: string): string | undefined {
  const [, day, month, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(text) ?? [];
  return day === undefined ? undefined : `${year}-${month}-${day}`;
}

function indexSymbol(name: string): string | undefined {
  const words =
    name
      .toUpperCase()
      .replaceAll('&', ' AND ')
      .match(/[A-Z0-9]+/g) ?? [];
  const symbol = words.join('_') === 'NIFTY_50' ? 'NIFTY50' : words.join('_');
  return isTicker(symbol) && /^(NIFTY50|NIFTY_|INDIA_VIX$)/.test(symbol) ? symbol : undefined;
}
