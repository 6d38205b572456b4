import type { FlagList } from '@aion/market/records';
import type { Provenance } from '@aion/market/sources';
import { csvRows } from '@aion/market/csv-rows';
import { collectDrafts, type DraftCollector, toSymbols } from '../drafts.ts';
import { nseDay, nseMidnight } from './nse-time.ts';
import type { AsmReport, BoardMeetings, GsmReport } from './records-schema.ts';

type Entries = FlagList['entries'];

export interface ListTimes {
  readonly fromMs: number;
  readonly knownMs: number;
}

export function toFlagList(
  flag: FlagList['flag'],
  entries: Entries,
  times: ListTimes,
  provenance: Provenance,
): FlagList {
  const bySymbol = new Map(
    entries.filter(({ symbol }) => toSymbols([symbol]).length === 1).map((entry) => [entry.symbol, entry]),
  );
  const sorted = [...bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  return { flag, source: 'nse', ...times, entries: sorted, provenance };
}

/** A share may stand in both parts; the long-term measure is the stricter one. */
export const asmEntries = ({ longterm, shortterm }: AsmReport): Entries =>
  [...shortterm.data, ...longterm.data].map(({ symbol, asmSurvIndicator, survDesc }) => ({
    symbol,
    detail: asmSurvIndicator ?? survDesc ?? null,
  }));

/** Stage 0 is the list of those that are only watched. */
export const gsmEntries = ({ data }: GsmReport): Entries =>
  data.map(({ symbol, gsmStage, survDesc }) => ({ symbol, detail: gsmStage ?? survDesc ?? null }));

/** `Securities in Ban For Trade Date 27-FEB-2026:` and then numbered symbols. Undefined for another file. */
export function parseBan(text: string): { day: number; entries: Entries } | undefined {
  const [title = '', ...rows] = text.trim().split(/\r?\n/);
  const day = nseDay(/Ban For Trade Date\s+(\S+?):?(\s|$)/i.exec(title)?.[1] ?? '');
  if (Number.isNaN(day)) return undefined;
  const entries = rows.flatMap((row) => {
    const symbol = row.split(',')[1]?.trim();
    return symbol === undefined || symbol === '' ? [] : [{ symbol, detail: null }];
  });
  return { day, entries };
}

/** Series in which every trade is delivered: no position can be closed within the day. */
const TRADE_TO_TRADE = new Set(['BE', 'BZ', 'ST']);

/** The list of securities: price bands, and by their series those in trade-to-trade. Undefined for another file. */
export function parseSecurities(text: string): { bands: Entries; tradeToTrade: Entries } | undefined {
  const [header, ...rows] = csvRows(text);
  const names = header?.fields.map((field) => field.toLowerCase()) ?? [];
  const [symbolAt, seriesAt, bandAt] = ['symbol', 'series', 'band'].map((name) => names.indexOf(name));
  if (symbolAt === -1 || seriesAt === -1 || bandAt === -1) return undefined;
  const bands: Entries[number][] = [];
  const tradeToTrade: Entries[number][] = [];
  for (const { fields } of rows) {
    const [symbol = '', series = '', band = ''] = [fields[symbolAt!], fields[seriesAt!], fields[bandAt!]];
    if (TRADE_TO_TRADE.has(series)) tradeToTrade.push({ symbol, detail: series });
    if (series !== 'EQ' && !TRADE_TO_TRADE.has(series)) continue;
    if (/^\d+(\.\d+)?$/.test(band)) bands.push({ symbol, detail: band });
  }
  return { bands, tradeToTrade };
}

/** Meetings that decide on results: the flag holds on the day itself. */
export function mapMeetings(meetings: BoardMeetings, provenance: Provenance): DraftCollector {
  const all = collectDrafts('nse', provenance);
  for (const { symbol, purpose, date } of meetings) {
    if (!/result/i.test(purpose)) continue;
    const day = nseDay(date);
    const symbols = toSymbols([symbol]);
    if (Number.isNaN(day) || symbols.length === 0) {
      all.reject(`${symbol} ${date}`, 'expected a symbol and a date');
      continue;
    }
    const fromMs = nseMidnight(day);
    const times = { eventMs: fromMs, knownMs: provenance.fetchedMs, fromMs, untilMs: nseMidnight(day + 1) };
    all.add({ kind: 'flag', flag: 'results', symbols, ...times, detail: purpose });
  }
  return all;
}
