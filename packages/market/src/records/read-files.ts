import { AppError, DAY_MS, fromEpochDay, isTicker, sha256Hex } from '@aion/core';
import { dateOnly, makeBarTimes, UTC_CLOCK } from '../parse/bar-time.ts';
import { csvRows } from '../parse/csv-rows.ts';
import { readNumber } from '../parse/number-text.ts';
import { instantOf } from '../sources/exchange-time.ts';
import { macroLagDays } from './macro-lags.ts';
import { type DataRecord, sealRecord } from './record.ts';
import type { RejectedRecord } from './record-source.ts';

export interface RecordFile {
  readonly kind: 'macro' | 'social';
  readonly records: readonly DataRecord[];
  readonly rejected: readonly RejectedRecord[];
  readonly rows: number;
}

const MACRO_HEADER = 'series,date,value';
const SOCIAL_HEADER = 'symbol,datetime_utc,text';

/**
 * Reads `series,date,value` or `symbol,datetime_utc,text`; dates, times and numbers as every file of the market may write them. A row that
 * cannot be used is rejected with its line; the others go in.
 *
 * @throws AppError(bad_input) for another header, and where some dates can only have the day first and others only the month.
 */
export function readRecordFile(name: string, bytes: Uint8Array, nowMs: number): RecordFile {
  const rows = csvRows(new TextDecoder().decode(bytes));
  const header = rows[0]?.fields.join(',').toLowerCase() ?? '';
  const source = { url: `file:${name}`, fetchedMs: nowMs, sha256: sha256Hex(bytes) };
  if (header === MACRO_HEADER) return readMacro(rows.slice(1), source);
  if (header === SOCIAL_HEADER) return readSocial(rows.slice(1), source);
  throw new AppError(
    'bad_input',
    `${name}: expected the header ${MACRO_HEADER} or ${SOCIAL_HEADER}, found "${header.slice(0, 80)}"`,
  );
}

type Row = { readonly line: number; readonly fields: readonly string[] };
type Origin = { readonly url: string; readonly fetchedMs: number; readonly sha256: string };

function readMacro(rows: readonly Row[], origin: Origin): RecordFile {
  const rejected: RejectedRecord[] = [];
  const bySeries = new Map<string, { day: number; value: number | null }[]>();
  const times = timesOf(rows, 'dates');
  for (const { line, fields } of rows) {
    const [series = '', date = '', text = ''] = fields;
    const value = text === '' || text === '.' ? null : readNumber(text);
    const day = dateOnly(times.parse(date.trim()));
    if (!/^[A-Z0-9_.-]{1,40}$/.test(series) || day === undefined || value === undefined) {
      rejected.push({ what: `line ${line}`, why: `expected a series, a date and a number, ${found(fields)}` });
      continue;
    }
    const list = bySeries.get(series);
    if (list === undefined) bySeries.set(series, [{ day, value }]);
    else list.push({ day, value });
  }
  const records: DataRecord[] = [];
  for (const [series, observations] of bySeries) {
    observations.sort((a, b) => a.day - b.day);
    const gaps = observations
      .slice(1)
      .map(({ day }, i) => day - observations[i]!.day)
      .sort((a, b) => a - b);
    const typical = gaps[gaps.length >> 1] ?? Infinity;
    const lagDays = macroLagDays(series, typical);
    for (const { day, value } of observations) {
      const period = fromEpochDay(day);
      // The file holds the newest revision and no date of release: the delay is assumed, and the record says so.
      const knownMs = instantOf(day + lagDays, 0, 'America/New_York');
      const said = { series, period, value, vintage: 'assumed' as const, redistributable: false };
      const provenance = { source: 'file', ...origin };
      records.push(
        sealRecord({ kind: 'macro', source: 'file', symbols: [], eventMs: day * DAY_MS, knownMs, provenance, ...said }),
      );
    }
  }
  // Known only after today: it will be, and can be imported then.
  const known = records.filter(({ knownMs }) => knownMs <= origin.fetchedMs);
  for (let i = known.length; i < records.length; i++) {
    rejected.push({
      what: 'macro',
      why: 'by the assumed delay of its release it is not known yet; import the file again later',
    });
  }
  return { kind: 'macro', records: known, rejected, rows: rows.length };
}

function readSocial(rows: readonly Row[], origin: Origin): RecordFile {
  const rejected: RejectedRecord[] = [];
  const records: DataRecord[] = [];
  const times = timesOf(rows, 'instants');
  for (const { line, fields } of rows) {
    const [symbol = '', time = '', text = ''] = fields;
    const read = times.parse(time.trim());
    if (!isTicker(symbol) || read === undefined || read.minute === null || text === '') {
      rejected.push({ what: `line ${line}`, why: `expected a symbol, a time in UTC and a text, ${found(fields)}` });
      continue;
    }
    const eventMs = read.sessionDay * DAY_MS + (read.minute * 60 + read.second) * 1000;
    const postId = sha256Hex(`${symbol}\n${time}\n${text}`).slice(0, 16);
    const said = { postId, channel: null, text: text.slice(0, 5000), redistributable: false };
    const provenance = { source: 'file', ...origin };
    records.push(
      sealRecord({ kind: 'social', source: 'file', symbols: [symbol], eventMs, knownMs: eventMs, provenance, ...said }),
    );
  }
  return { kind: 'social', records, rejected, rows: rows.length };
}

/** What is stored has one reading: 03-04-2026 alone has two, and is none. */
const timesOf = (rows: readonly Row[], midnights: 'dates' | 'instants') =>
  makeBarTimes(
    rows.map(({ line, fields }) => ({ line, text: (fields[1] ?? '').trim() })),
    UTC_CLOCK,
    'unread',
    midnights,
  );

const found = (fields: readonly string[]): string =>
  `found "${fields.join(',').slice(0, 80)}"; a date is sure as YYYY-MM-DD, from 1800 on`;
