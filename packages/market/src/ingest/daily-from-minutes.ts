import { type Exchange, AppError, fromEpochDay, sha256Hex } from '@aion/core';
import { type BarTable, makeBarTable, type SeriesName } from '../bars.ts';
import { type ExchangeCalendar, loadCalendar } from '../calendar.ts';
import { commitBars } from '../lake/commit.ts';
import { type LakePorts, readManifest } from '../lake/manifest.ts';
import { saveOrigin, withOrigin } from '../lake/origins.ts';
import { readTable, type ReadOptions } from '../lake/read.ts';
import { seriesOf, seriesPlace } from '../lake/series.ts';
import { allRows, takeRows } from '../table-order.ts';
import { hoursOfShare, makeSessionMinutes, type ShareHours } from '../session-minutes.ts';

/** Why a session of an instrument makes no daily bar. */
export interface LeftOut {
  /** It lacks a tenth of its bars or more: high, low and volume would be invented. */
  readonly coverage: number;
  /** No bar opens within its first five minutes: the open would be invented. */
  readonly opening: number;
  /** No bar reaches into its last five minutes: the close would be invented. */
  readonly closing: number;
}

export interface DailyFromMinutes {
  readonly table: BarTable;
  /** Sessions of an instrument that make no day. */
  readonly incomplete: number;
  readonly leftOut: LeftOut;
}

const MIN_COVERAGE = 0.9;
const EDGE_MINUTES = 5;

/**
 * Daily bars from a sorted table of intraday bars: first open, highest high, lowest low, last close, all the volume. A close so
 * made is the last trade's, not the exchange's official one.
 */
export function dailyFromMinutes(minutes: BarTable, barMinutes: number, calendar: ExchangeCalendar): DailyFromMinutes {
  const { symbolIndex, sessionDay, openMinute } = minutes;
  const hoursOf = makeSessionMinutes(calendar);
  const starts: number[] = [];
  const ends: number[] = [];
  const leftOut = { coverage: 0, opening: 0, closing: 0 };
  for (let start = 0; start < symbolIndex.length;) {
    let end = start + 1;
    while (end < symbolIndex.length && symbolIndex[end] === symbolIndex[start] && sessionDay[end] === sessionDay[start])
      end++;
    const hours = hoursOf(sessionDay[start]!);
    const share = hours && hoursOfShare(hours, openMinute!.subarray(start, end), barMinutes);
    // A day without a session is never covered.
    if (hours === undefined || share === undefined || end - start < MIN_COVERAGE * share.continuousBars)
      leftOut.coverage++;
    else if (openMinute![start]! >= hours.open + EDGE_MINUTES) leftOut.opening++;
    else if (openMinute![end - 1]! + barMinutes <= lastPrint(share)) leftOut.closing++;
    else {
      starts.push(start);
      ends.push(end);
    }
    start = end;
  }
  const table = makeBarTable(minutes.symbols, starts.length, false);
  starts.forEach((start, row) => {
    const end = ends[row]!;
    table.symbolIndex[row] = symbolIndex[start]!;
    table.sessionDay[row] = sessionDay[start]!;
    table.open[row] = minutes.open[start]!;
    table.close[row] = minutes.close[end - 1]!;
    let [high, low, volume] = [-Infinity, Infinity, 0];
    for (let at = start; at < end; at++) {
      high = Math.max(high, minutes.high[at]!);
      low = Math.min(low, minutes.low[at]!);
      volume += minutes.volumeShares[at]!;
    }
    table.high[row] = high;
    table.low[row] = low;
    table.volumeShares[row] = volume;
  });
  // An instrument of which no day was made is none of the table's.
  const made = takeRows(table, allRows(starts.length));
  return { table: made, incomplete: leftOut.coverage + leftOut.opening + leftOut.closing, leftOut };
}

/** A bar must reach beyond this minute to hold the close: into an auction, whose one print is the close, or into the last minutes of trading. */
function lastPrint({ phases, close }: ShareHours): number {
  const auction = phases.find(({ kind }) => kind === 'closing_auction');
  return auction?.open ?? close - EDGE_MINUTES;
}

export interface DerivedDays {
  readonly made: number;
  readonly stored: number;
  /** Days that are stored already, with the same or with the exchange's own values: they stay. */
  readonly kept: number;
  readonly incomplete: number;
  readonly leftOut: LeftOut;
}

/**
 * Stores daily bars made of a series of intraday bars where no daily bar is stored. A stored one always stays, whatever it
 * says. The bars carry an origin of their own, so that they can be told from the exchange's.
 */
export async function storeDailyFromMinutes(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  options: Pick<ReadOptions, 'fromDay' | 'toDay' | 'symbols'> & { readonly nowMs: number; readonly dryRun?: boolean },
): Promise<DerivedDays> {
  const { barMinutes, folder } = seriesPlace(series);
  if (barMinutes === null)
    throw new AppError('bad_input', `${series} holds daily bars already; give an intraday series`);
  const { nowMs, dryRun = false, ...range } = options;
  const calendar = loadCalendar(market);
  const manifest = await readManifest(ports, market, series);
  const minutes = await readTable(ports, manifest, range);
  const { table, incomplete, leftOut } = dailyFromMinutes(dropToday(minutes, nowMs, calendar), barMinutes, calendar);
  const made = table.close.length;
  if (made === 0 || dryRun) return { made, stored: 0, kept: 0, incomplete, leftOut };
  const origin = await saveOrigin(ports.items, market, {
    source: `derived:${series}`,
    name: `daily bars made of ${series} bars`,
    sha256: sha256Hex(manifest.hash),
    importedMs: nowMs,
  });
  const daily = seriesOf(null, folder === 'index')!;
  const { storedRows } = await commitBars(ports, market, daily, withOrigin(table, origin));
  return { made, stored: storedRows.length, kept: made - storedRows.length, incomplete, leftOut };
}

/** A session that has not closed is no day yet. */
function dropToday(minutes: BarTable, nowMs: number, calendar: ExchangeCalendar): BarTable {
  const today = Math.floor(calendar.localMinutesAt(nowMs) / 1440);
  const session = calendar.covers(fromEpochDay(today)) ? calendar.session(fromEpochDay(today)) : undefined;
  if (session === undefined || session.kind === 'closed' || nowMs >= session.closeMs) return minutes;
  const rows: number[] = [];
  minutes.sessionDay.forEach((day, row) => {
    if (day < today) rows.push(row);
  });
  return takeRows(minutes, Int32Array.from(rows));
}
