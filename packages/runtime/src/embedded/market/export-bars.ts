import { createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { type Exchange, AppError, fromEpochDay, lowerBound, toEpochDay } from '@aion/core';
import {
  adjustDaily,
  type BarTable,
  type DailyBars,
  loadCalendar,
  loadOrigin,
  readManifest,
  readTable,
  type SeriesName,
  toBarTable,
} from '@aion/market';
import type { Host } from '@aion/jobs';
import { loadJoinedMarket, shareOf } from '@aion/jobs/lake';

export interface BarsRequest {
  readonly market: Exchange;
  readonly series: SeriesName;
  /** All symbols unless given. */
  readonly symbol?: string;
  readonly fromDay?: number;
  readonly toDay?: number;
  /** For splits, bonuses and demergers known now; daily bars only. */
  readonly adjusted: boolean;
}

/** The bars of a request with where each came from. Throws AppError(not_found) when there are none. */
export async function loadBars(host: Pick<Host, 'ingest' | 'clock'>, request: BarsRequest): Promise<BarTable> {
  const { market, series, symbol, fromDay, toDay, adjusted } = request;
  if (adjusted && series !== 'daily')
    throw new AppError('bad_input', `only daily bars can be adjusted, not ${series}; leave --adjusted out`);
  if (adjusted) return loadAdjusted(host, request);
  const manifest = await readManifest(host.ingest, market, series);
  const raw = await readTable(host.ingest, manifest, {
    ...(symbol === undefined ? {} : { symbols: [symbol] }),
    ...(fromDay === undefined ? {} : { fromDay }),
    ...(toDay === undefined ? {} : { toDay }),
    provenance: true,
  });
  if (raw.symbolIndex.length === 0) {
    const what = `${market} ${series} bars${symbol === undefined ? '' : ` of ${symbol}`}`;
    throw new AppError(
      'not_found',
      `no ${what} are stored in that range; the lake has ${manifest.symbols.length} symbols, ` +
        `${dateOf(manifest.sessionDays[0])} to ${dateOf(manifest.sessionDays.at(-1))}`,
    );
  }
  return raw;
}

/** Adjusted bars: each share's whole history decides how its part is adjusted, whatever range was asked for. */
async function loadAdjusted(
  host: Pick<Host, 'ingest' | 'clock'>,
  { market, symbol, fromDay = -Infinity, toDay = Infinity }: BarsRequest,
): Promise<BarTable> {
  const joined = await loadJoinedMarket(host, market);
  const asOfDay = toEpochDay(loadCalendar(market).dateAt(host.clock.nowMs()));
  const shares =
    symbol === undefined
      ? joined.series.map((bars) => adjustDaily(bars, joined.actions.get(bars.symbol) ?? [], asOfDay))
      : [shareOf(joined, symbol, asOfDay, true).bars];
  const parts = shares.map((bars) => inRange(bars, fromDay, toDay)).filter(({ close }) => close.length > 0);
  if (parts.length === 0) throw new AppError('not_found', 'no bars are stored in that range');
  return toBarTable(parts);
}

function inRange(bars: DailyBars, fromDay: number, toDay: number): DailyBars {
  const days = bars.sessionDay;
  return sliceSeries(bars, lowerBound(days, fromDay), lowerBound(days, toDay + 1));
}

const sliceSeries = (bars: DailyBars, start: number, end: number): DailyBars => ({
  symbol: bars.symbol,
  sessionDay: bars.sessionDay.subarray(start, end),
  open: bars.open.subarray(start, end),
  high: bars.high.subarray(start, end),
  low: bars.low.subarray(start, end),
  close: bars.close.subarray(start, end),
  volumeShares: bars.volumeShares.subarray(start, end),
});

const dateOf = (day: number | undefined): string => (day === undefined ? 'none' : fromEpochDay(day));

/** What a row says in a CSV file, in the columns that the importer reads, and the id of its origin last. */
function* csvLines(table: BarTable): Generator<string> {
  const when = table.openMinute === null ? 'date' : 'datetime';
  const { provenance } = table;
  yield `symbol,${when},open,high,low,close,volume,source`;
  for (let row = 0; row < table.close.length; row++) {
    const minute = table.openMinute?.[row];
    const clock = (value: number): string => String(value).padStart(2, '0');
    const time = minute === undefined ? '' : ` ${clock(Math.floor(minute / 60))}:${clock(minute % 60)}:00`;
    yield [
      table.symbols[table.symbolIndex[row]!],
      `${fromEpochDay(table.sessionDay[row]!)}${time}`,
      table.open[row],
      table.high[row],
      table.low[row],
      table.close[row],
      table.volumeShares[row],
      provenance === undefined ? '' : provenance.ids[provenance.index[row]!],
    ].join(',');
  }
}

/** Writes bars to a .csv or .parquet file, whole or not at all. Returns how many. */
export async function exportBars(
  host: Pick<Host, 'ingest' | 'clock'>,
  request: BarsRequest,
  path: string,
): Promise<{ rows: number; symbols: number }> {
  const format = /\.(csv|parquet)$/.exec(path)?.[1];
  if (format === undefined) throw new AppError('bad_input', `expected a file .csv or .parquet, found "${path}"`);
  const table = await loadBars(host, request);
  const part = `${path}.part`;
  try {
    if (format === 'parquet') await writeFile(part, await host.ingest.codec.encode(table));
    else {
      const file = createWriteStream(part);
      for (const line of csvLines(table)) if (!file.write(`${line}\n`)) await once(file, 'drain');
      file.end();
      await finished(file);
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { rows: table.close.length, symbols: table.symbols.length };
}

/** The origins of a table's bars, each with how many are of it. */
export async function originsOf(
  host: Pick<Host, 'ingest'>,
  market: Exchange,
  table: BarTable,
): Promise<{ id: string; source: string; name: string; sha256: string; importedMs: number | null; bars: number }[]> {
  const { provenance } = table;
  if (provenance === undefined) return [];
  const counts = new Int32Array(provenance.ids.length);
  for (const index of provenance.index) counts[index]!++;
  return Promise.all(
    provenance.ids.map(async (id, index) => {
      const origin = await loadOrigin(host.ingest.items, market, id);
      const { source = 'unknown', name = '', sha256 = '', importedMs = null } = origin ?? {};
      return { id, source, name, sha256, importedMs, bars: counts[index]! };
    }),
  );
}
