import { type Exchange, AppError, type Clock, weekdayOf } from '@aion/core';
import type { BarTable, SeriesName } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { type SourcedAction, parseActions } from '../actions/index.ts';
import { type FileDefect, type RowDefect, quoteValue } from '../defects.ts';
import { parseInstruments } from '../instruments.ts';
import { type Instrument } from '../instrument.ts';
import { type ParsedBars, parseBars } from '../parse/bars-file.ts';
import type { SymbolObservation } from '../parse/symbol-observer.ts';
import { type Layout, detectLayout } from '../parse/layout.ts';
import { type TextFile, openText } from '../parse/text.ts';
import { takeRows } from '../table-order.ts';
import { validateIngest } from '../validation.ts';
import { seriesOf } from '../lake/series.ts';
import { checkClock } from '../quality/check-clock.ts';
import { type BarMinutes, sizeOf } from './bar-size.ts';
import type { ImportLayout } from './report.ts';
import { toSessionGrid } from './session-grid.ts';
import { type Stamps, fromEndStamps, stampsOf } from './stamps.ts';

/** Good bars of one file for one series. `line` gives each row's line in the file. */
export interface SeriesRows {
  readonly series: SeriesName;
  readonly table: BarTable;
  readonly line: Int32Array;
}

/** Bars that passed INGEST's checks, and what did not. */
export interface CheckedBars {
  readonly kind: 'bars';
  readonly layout: Layout;
  /** Null: daily. */
  readonly barMinutes: BarMinutes | null;
  /** How the file's own rows stamp them; of daily bars `start`. */
  readonly stamps: Stamps;
  readonly series: readonly SeriesRows[];
  readonly rows: number;
  readonly duplicates: number;
  readonly defects: readonly RowDefect[];
  readonly skippedBySeries: Readonly<Record<string, number>>;
  /** What was decided about the file and done to its bars, for the report. */
  readonly notes: readonly string[];
}
export interface RefusedFile {
  readonly kind: 'refused';
  readonly defect: FileDefect;
  readonly layout?: ImportLayout;
}

/** What one unpacked file turned out to be. */
export type FileContent =
  | RefusedFile
  | { readonly kind: 'ignored'; readonly why: string; readonly layout?: ImportLayout }
  | (CheckedBars & {
      /** What it says of its symbols. */
      readonly observed: readonly SymbolObservation[];
    })
  | {
      readonly kind: 'instruments';
      readonly instruments: readonly Instrument[];
      readonly defects: readonly RowDefect[];
      readonly rows: number;
      readonly duplicates: number;
    }
  | {
      readonly kind: 'actions';
      readonly actions: readonly SourcedAction[];
      readonly defects: readonly RowDefect[];
      readonly rows: number;
      readonly duplicates: number;
      readonly combined: number;
    };

const END_STAMPS = 'its bars are stamped when they end; they are stored by when they opened';

const INDEX_SYMBOLS: Readonly<Record<string, RegExp>> = {
  NSE: /^(NIFTY|NIFTY50|NIFTY_[A-Z0-9_]+|INDIA_VIX|BANKNIFTY)$/,
  US: /^(GSPC|IXIC|DJI|RUT|VIX)$/,
};

/** Whether a symbol names an index: kept apart from instruments, never part of the universe. */
export function isIndexSymbol(symbol: string, market = 'NSE'): boolean {
  return INDEX_SYMBOLS[market]?.test(symbol) ?? false;
}

/** What whoever gives a file of intraday bars says of it, where the bars themselves do not tell. */
export interface StatedBars {
  readonly barMinutes?: BarMinutes;
  readonly stamps?: Stamps;
}

/**
 * What the options of an import say of a file's bars: their size in minutes and whether they are stamped at their start or end. What was not
 * said is left out.
 */
export const statedBars = ({
  barMinutes,
  stamps,
}: {
  readonly barMinutes?: BarMinutes | undefined;
  readonly stamps?: Stamps | undefined;
}): StatedBars => ({ ...(barMinutes !== undefined && { barMinutes }), ...(stamps !== undefined && { stamps }) });

interface ReadContext extends StatedBars {
  readonly calendar: ExchangeCalendar;
  readonly clock: Clock;
  /** Takes what is right of a file of which much is wrong. */
  readonly acceptDefects?: boolean;
}

/** Classifies, parses and validates one unpacked file. Pure but for the clock; stores nothing. */
export function readFileContent(bytes: Uint8Array, context: ReadContext): FileContent {
  const text = openText(bytes);
  if ('code' in text) return { kind: 'refused', defect: text };
  const match = detectLayout(text.header);
  switch (match.kind) {
    case 'refused':
      return match;
    case 'other':
      return { kind: 'ignored', why: match.why };
    case 'instruments':
      return { kind: 'instruments', ...parseInstruments(new TextDecoder().decode(bytes), context.calendar.exchange) };
    case 'actions':
      return { kind: 'actions', ...parseActions(new TextDecoder().decode(bytes), context.calendar) };
    case 'bars':
      return foreignMarket(text.bytes, match.layout, context.calendar) ?? readBars(text, match.layout, context);
    default:
      throw new AppError('bad_input', `layout ${String(match satisfies never)} has no reader`);
  }
}

/**
 * The UDiFF layout serves every exchange and segment. Bars of BSE, or of derivatives, never become bars of the NSE share with
 * the same symbol: one such row and the file is not the one it was taken for.
 */
function foreignMarket(bytes: Uint8Array, layout: Layout, { exchange }: ExchangeCalendar): RefusedFile | undefined {
  if (layout.oneSession && exchange !== 'NSE') {
    const message = `a ${layout.name} bhavcopy is a file of NSE, and this import is for ${exchange}: import it for NSE`;
    return { kind: 'refused', defect: { code: 'other_market', message }, layout: layout.name };
  }
  if (layout.name !== 'udiff') return undefined;
  const expected = { Sgmt: 'CM', Src: 'NSE', FinInstrmTp: 'STK' } as const;
  const places = Object.entries(expected).map(([field, value]) => ({ field, value, at: layout.fields.indexOf(field) }));
  const lines = new TextDecoder().decode(bytes).split('\n');
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue;
    const cells = lines[i]!.split(',');
    const wrong = places.find(({ value, at }) => cells[at]?.trim() !== value);
    if (wrong === undefined) continue;
    const found = quoteValue(cells[wrong.at] ?? '');
    const message = `line ${i + 1}, ${wrong.field}: expected ${wrong.value}, found "${found}"; give the NSE cash-market file`;
    return { kind: 'refused', defect: { code: 'other_market', message }, layout: layout.name };
  }
  return undefined;
}

function readBars(
  text: TextFile,
  layout: Layout,
  { calendar, clock, acceptDefects = false, ...stated }: ReadContext,
): FileContent {
  let parsed = parseBars(text, layout, calendar);
  if ('code' in parsed) return { kind: 'refused', defect: parsed, layout: layout.name };
  if (parsed.table.close.length === 0) {
    const defect = shareOfDefects(parsed.rows, 0, parsed.defects, acceptDefects);
    if (defect !== undefined) return { kind: 'refused', defect, layout: layout.name };
  }
  const barMinutes = parsed.table.openMinute === null ? null : sizeOf(parsed.table, stated.barMinutes, calendar);
  if (barMinutes !== null && typeof barMinutes !== 'number')
    return { kind: 'refused', defect: barMinutes, layout: layout.name };
  const stamps = barMinutes === null ? 'start' : (stated.stamps ?? stampsOf(parsed.table, barMinutes, calendar));
  if (stamps === 'end') parsed = { ...parsed, table: fromEndStamps(parsed.table, barMinutes!, calendar) };
  const clockDefect = barMinutes === null ? undefined : shiftedClock(parsed.table, calendar, barMinutes);
  if (clockDefect !== undefined) return { kind: 'refused', defect: clockDefect, layout: layout.name };
  if (stamps === 'unclear') return { kind: 'refused', defect: unclearStamps(barMinutes!), layout: layout.name };
  const checked = checkBars(parsed, {
    ...{ layout, barMinutes, stamps, calendar, clock, acceptDefects },
    notes: stamps === 'end' ? [END_STAMPS] : [],
  });
  return checked.kind === 'bars' ? { ...checked, observed: parsed.observed } : checked;
}

export interface CheckContext {
  readonly layout: Layout;
  readonly barMinutes: BarMinutes | null;
  readonly stamps: Stamps;
  readonly calendar: ExchangeCalendar;
  readonly clock: Clock;
  readonly acceptDefects: boolean;
  readonly notes: readonly string[];
}

/** What INGEST makes of bars that could be read, whoever gave them: good rows by series, defects, or why nothing is taken. */
export function checkBars(
  given: Omit<ParsedBars, 'observed'>,
  { layout, barMinutes, stamps, calendar, clock, acceptDefects, notes }: CheckContext,
): RefusedFile | CheckedBars {
  let parsed = given;
  const grid = barMinutes === null ? undefined : toSessionGrid(parsed.table, barMinutes, calendar);
  if (grid === 'off_grid') return { kind: 'refused', defect: offGrid(barMinutes!, calendar), layout: layout.name };
  if (grid !== undefined) parsed = { ...parsed, table: grid.table };
  const checked = validateIngest(parsed, {
    calendar,
    nowMs: clock.nowMs(),
    oneSession: layout.oneSession,
    ...(barMinutes === null ? {} : { barMinutes }),
  });
  if (checked.kind === 'refused') return { kind: 'refused', defect: checked.defect, layout: layout.name };
  const unusable = shareOfDefects(
    parsed.rows - sumOf(parsed.skippedBySeries),
    checked.rows.length + checked.metrics.duplicates,
    checked.defects,
    acceptDefects,
  );
  const foreign = layout.name === 'plain-daily' ? otherHolidays(parsed.rows, checked.defects, calendar) : undefined;
  if (foreign !== undefined) return { kind: 'refused', defect: foreign, layout: layout.name };
  if (unusable !== undefined) return { kind: 'refused', defect: unusable, layout: layout.name };
  const otherSeries = Object.keys(parsed.skippedBySeries);
  if (checked.rows.length === 0 && checked.defects.length === 0 && otherSeries.length > 0) {
    const message = `all of its ${parsed.rows} rows are of the series ${otherSeries.join(', ')}; of NSE's series EQ is imported`;
    return { kind: 'refused', defect: { code: 'nothing_usable', message }, layout: layout.name };
  }
  return {
    kind: 'bars',
    layout,
    barMinutes,
    stamps,
    series: splitSeries(parsed.table, parsed.line, checked.rows, layout, barMinutes, calendar.exchange),
    notes: [
      ...notes,
      ...((grid?.moved ?? 0) > 0
        ? [`stored from when trading began, in short sessions: ${grid!.moved} of its bars that begin before it`]
        : []),
      ...((grid?.prints ?? 0) > 0
        ? [`stored as the last bar of the closing auction: ${grid!.prints} of its prints that are stamped with its end`]
        : []),
      ...parsed.notes,
    ],
    rows: parsed.rows,
    duplicates: checked.metrics.duplicates,
    defects: checked.defects,
    skippedBySeries: parsed.skippedBySeries,
  };
}

/** Bars of another time zone would in part fall into the session and be stored at wrong minutes. */
export function shiftedClock(table: BarTable, calendar: ExchangeCalendar, barMinutes: number): FileDefect | undefined {
  const found = checkClock(table, calendar, barMinutes).find(({ code }) => code === 'shifted_clock');
  if (found === undefined) return undefined;
  const message = `${found.message}; give times on the clock of ${calendar.exchange}, or with their offset, as in 2026-02-27T09:15:00+05:30`;
  return { code: 'shifted_clock', message };
}

function unclearStamps(barMinutes: number): FileDefect {
  const message =
    `its ${barMinutes}-minute bars have no bar at the opening, and nothing tells whether their times are those at which they opened or ended; ` +
    'say which where you upload it, or on the command line: aion import --stamps start FILE, or --stamps end';
  return { code: 'unclear_stamps', message };
}

function offGrid(barMinutes: number, { exchange }: ExchangeCalendar): FileDefect {
  const message = `most of its ${barMinutes}-minute bars do not begin with the session of ${exchange} or a whole number of bars behind it; give bars counted from the opening`;
  return { code: 'off_grid', message };
}

/** With more rows set aside than this, and more than a quarter of all, a person looks first. */
const MANY_DEFECTS = 20;
const MANY_DEFECTS_SHARE = 0.25;

const sumOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** A file of which nothing, or too little, can be used is refused rather than reported as imported. */
function shareOfDefects(
  rows: number,
  good: number,
  defects: readonly RowDefect[],
  accepted: boolean,
): FileDefect | undefined {
  const [first] = defects;
  if (first === undefined || accepted) return undefined;
  // What a source fills its gaps with, and minutes beside the session, say nothing against the rest; days of another exchange do.
  const counted = defects.filter(
    ({ code, field }) => code !== 'forward_filled' && !(code === 'no_session' && field === 'datetime'),
  ).length;
  const codes = Map.groupBy(defects, ({ code }) => code);
  const [most, times] = [...codes].map(([code, { length }]) => [code, length] as const).sort((a, b) => b[1] - a[1])[0]!;
  const example = `most often ${most} (${times}), first in line ${first.line}: ${first.message}`;
  if (good === 0) return { code: 'nothing_usable', message: `none of its ${rows} rows can be used; ${example}` };
  if (counted <= MANY_DEFECTS || counted <= MANY_DEFECTS_SHARE * rows) return undefined;
  return {
    code: 'many_defects',
    message: `${counted} of its ${rows} rows cannot be used; ${example}. Look at the file; if the rest is right, import it on the command line: aion import --accept-defects FILE`,
  };
}

/** So many rows on holidays, of so many, are another exchange's calendar. */
const HOLIDAY_ROWS = 50;
const HOLIDAY_SHARE = 0.02;

/** Rows that repeat the session before are a source's filling of holidays: they do not count. */
function otherHolidays(
  rows: number,
  defects: readonly RowDefect[],
  { exchange }: ExchangeCalendar,
): FileDefect | undefined {
  const onHolidays = defects.filter(
    ({ code, date }) => code === 'no_session' && date !== undefined && ![0, 6].includes(weekdayOf(date)),
  );
  const { length, 0: first } = onHolidays;
  if (first === undefined || length < HOLIDAY_ROWS || length <= HOLIDAY_SHARE * rows) return undefined;
  return {
    code: 'other_market',
    message:
      `${length} of its ${rows} rows lie on holidays of ${exchange}, e.g. ${first.symbol} on ${first.date}: bars of another exchange? ` +
      'Import them for their own market, or leave those rows out',
  };
}

/** Index symbols of plain files apart from instruments; a bhavcopy holds no index. */
function splitSeries(
  table: BarTable,
  line: Int32Array,
  rows: Int32Array,
  layout: Layout,
  barMinutes: number | null,
  market: Exchange,
): SeriesRows[] {
  const isIndex = Uint8Array.from(table.symbols, (symbol) =>
    !layout.oneSession && isIndexSymbol(symbol, market) ? 1 : 0,
  );
  const [instruments, index] = [seriesOf(barMinutes, false)!, seriesOf(barMinutes, true)!];
  const parts: readonly [SeriesName, Int32Array][] = isIndex.includes(1)
    ? [
        [instruments, rows.filter((row) => isIndex[table.symbolIndex[row]!] === 0)],
        [index, rows.filter((row) => isIndex[table.symbolIndex[row]!] === 1)],
      ]
    : [[instruments, rows]];
  return parts
    .filter(([, part]) => part.length > 0)
    .map(([series, part]) => ({ series, table: takeRows(table, part), line: part.map((row) => line[row]!) }));
}
