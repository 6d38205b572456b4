import { AppError, toEpochDay, type Exchange, type SessionDate } from '@aion/core';
import { INTRADAY_SESSIONS } from '@aion/features';
import {
  ingestTable,
  loadCalendar,
  readDaily,
  readIntraday,
  readManifest,
  toIntradayTable,
  type DailyBars,
  type ExchangeCalendar,
  type IntradayBars,
} from '@aion/market';
import type { RejectedBar } from '@aion/market/sources';
import type { Host } from '../host.ts';
import { activeSymbols } from './active-symbols.ts';
import { fetchIntraday } from './fetch-bars.ts';
import { quarantineFetched } from './quarantine-fetched.ts';
import type { RecordsDone } from './records-by-schedule.ts';
import type { Sources } from './sources.ts';

const HOUR = 60;
/** Prices of a vendor's hours may lie so far outside the exchange's own day. */
const TOLERANCE_FRAC = 0.01;

/**
 * Brings the hourly bars of active signals, so that the refinement has something to look at: of each what is new, or what it looks back on
 * where nothing is stored. Vendors restate older bars in the shares of the day on which they are asked: a bar counts as raw when its session is of that day, or when it lies within
 * the exchange's own bar of that day; others are left out and counted.
 *
 * @param today the session that is under way, or was last
 * @throws AppError(unavailable) when sources are on and none has bars of any symbol, and when the lake refuses what one gave.
 */
export async function fetchHourlyOfSignals(
  host: Host,
  sources: Sources,
  exchange: Exchange,
  today: SessionDate,
): Promise<RecordsDone> {
  const { ingest } = host;
  const calendar = loadCalendar(exchange);
  const symbols = await activeSymbols(host.items, exchange, today);
  if (symbols.length === 0) return { figures: { hourly: 'no active signals to ask for' } };
  // Not `today`: a job that is caught up asks on a later day, and a split may lie between.
  const askedOn = calendar.dateAt(host.clock.nowMs());
  const first = calendar.previousSession(today, INTRADAY_SESSIONS);
  const range = { symbols, fromDay: toEpochDay(first), toDay: toEpochDay(today) };
  const [daily, stored] = await Promise.all([
    readManifest(ingest, exchange, 'daily').then((manifest) => readDaily(ingest, manifest, range)),
    readManifest(ingest, exchange, 'hourly').then((manifest) => readIntraday(ingest, manifest, range)),
  ]);
  const ports = { ingest, policy: host.config.sources, sources, compareStored: false };
  const fresh = new Map<string, IntradayBars[]>();
  const silent: string[] = [];
  let [withheld, quarantined, off] = [0, 0, 0];
  for (const symbol of symbols) {
    const lastMs = stored.get(symbol)?.openTimeMs.at(-1);
    const from = lastMs === undefined ? first : calendar.dateAt(lastMs);
    const { answers, failures } = await fetchIntraday(ports, { symbol, exchange, from, to: today, barMinutes: HOUR });
    const [answer] = answers;
    if (answer === undefined) {
      if (failures.every(({ code }) => code === 'off')) off++;
      else silent.push(`${symbol}: ${failures.map(({ source, message }) => `${source}: ${message}`).join('; ')}`);
      continue;
    }
    const { bars, rejected } = answer.answer;
    const isNew = (ms: number): boolean => lastMs === undefined || ms > lastMs;
    const wrong = rejected.filter(({ at }: RejectedBar) => !(Date.parse(at) <= (lastMs ?? 0)));
    quarantined += await quarantineFetched(
      ingest,
      exchange,
      symbol,
      { source: answer.source, rejected: wrong },
      host.clock.nowMs(),
    );
    const after = pick(bars, (row) => isNew(bars.openTimeMs[row]!));
    const raw = pick(after, (row) => isRaw(after, row, daily.get(symbol), askedOn, calendar));
    withheld += after.openTimeMs.length - raw.openTimeMs.length;
    if (raw.openTimeMs.length > 0) fresh.set(answer.source, [...(fresh.get(answer.source) ?? []), raw]);
  }
  let bars = 0;
  const refused: string[] = [];
  for (const [source, series] of fresh) {
    const batch = { market: exchange, name: `${source} hourly`, barMinutes: HOUR, source } as const;
    const report = await ingestTable(ingest, { ...batch, table: toIntradayTable(series, calendar) });
    if (report.status !== 'imported') refused.push(`the bars of ${source}: ${report.why ?? report.status}`);
    bars += report.stored;
  }
  const figures = {
    ...{ symbols: symbols.length, bars },
    ...(off === symbols.length && { hourly: 'no source is on' }),
    ...(silent.length > 0 && { silent: silent.length }),
    ...(withheld > 0 && { withheld }),
    ...(quarantined > 0 && { quarantined }),
  };
  if (silent.length > 0 && silent.length === symbols.length - off)
    refused.push(`no hourly bars of any symbol: ${silent[0]}`);
  if (refused.length > 0)
    throw new AppError('unavailable', refused.join(' · '), { retryable: true, context: { figures } });
  return { figures };
}

function isRaw(
  bars: IntradayBars,
  row: number,
  daily: DailyBars | undefined,
  askedOn: SessionDate,
  calendar: ExchangeCalendar,
): boolean {
  const date = calendar.dateAt(bars.openTimeMs[row]!);
  if (date === askedOn) return true;
  const place = daily?.sessionDay.indexOf(toEpochDay(date)) ?? -1;
  if (daily === undefined || place < 0) return false;
  return (
    bars.high[row]! <= daily.high[place]! * (1 + TOLERANCE_FRAC) &&
    bars.low[row]! >= daily.low[place]! * (1 - TOLERANCE_FRAC)
  );
}

function pick(bars: IntradayBars, wanted: (row: number) => boolean): IntradayBars {
  const rows = Array.from(bars.openTimeMs.keys()).filter(wanted);
  const of = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  const { symbol, barMinutes, openTimeMs, open, high, low, close, volumeShares } = bars;
  return {
    ...{ symbol, barMinutes, openTimeMs: of(openTimeMs), open: of(open), high: of(high), low: of(low) },
    ...{ close: of(close), volumeShares: of(volumeShares) },
  };
}
