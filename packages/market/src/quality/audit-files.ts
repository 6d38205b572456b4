import { type Exchange, type Clock, fromEpochDay, toEpochDay } from '@aion/core';
import { type ParsedActions, actionsBySymbol, adjustDaily, checkActions, parseActions } from '../actions/index.ts';
import { type BarTable, type DailyBars, sliceDailyBars, symbolRuns } from '../bars.ts';
import { type ExchangeCalendar, loadCalendar } from '../calendar.ts';
import type { RowDefect } from '../defects.ts';
import { addObservations, detectRenames, knownRenames } from '../identity/index.ts';
import { detectBarMinutes } from '../ingest/bar-size.ts';
import { fromEndStamps } from '../ingest/stamps.ts';
import { isIndexSymbol } from '../ingest/read-file.ts';
import { parseInstruments } from '../instruments.ts';
import { parseBars } from '../parse/bars-file.ts';
import { type Layout, detectLayout } from '../parse/layout.ts';
import type { SymbolObservation } from '../parse/symbol-observer.ts';
import { openText } from '../parse/text.ts';
import { takeRows } from '../table-order.ts';
import { validateIngest } from '../validation.ts';
import { auditDaily } from './audit-daily.ts';
import { checkClock } from './check-clock.ts';
import { checkMinutes } from './check-minutes.ts';
import { compareSeries } from './compare-series.ts';
import { type IssueCode, type QualityIssue, countByCode } from './issue.ts';

/** A file to look at, unpacked. */
export interface AuditedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FileAudit {
  readonly name: string;
  /** What the file turned out to be, in words. */
  readonly kind: string;
  readonly rows: number;
  /** Rows that INGEST sets aside, by reason. */
  readonly ingest: Readonly<Record<string, number>>;
  readonly issues: readonly QualityIssue[];
  readonly metrics: Readonly<Record<string, number | string>>;
}

export interface FolderAudit {
  readonly files: readonly FileAudit[];
  /** Findings between files: comparisons, changes of symbols. */
  readonly between: readonly QualityIssue[];
  readonly byCode: Partial<Record<IssueCode, number>>;
  readonly comparisons: readonly {
    readonly a: string;
    readonly b: string;
    readonly symbols: number;
    readonly commonDays: number;
    readonly agreeingFrac: number;
  }[];
}

export interface AuditContext {
  readonly clock: Clock;
  /** Of all files. */
  readonly market?: Exchange;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

interface DailySet {
  readonly name: string;
  readonly calendar: ExchangeCalendar;
  readonly series: readonly DailyBars[];
  readonly adjusted: boolean;
  readonly isIndex: boolean;
}

const SURVIVOR_MIN_SERIES = 30;
const SURVIVOR_MIN_YEARS = 5;

/**
 * Looks at files without storing anything: each by itself through INGEST and POST_ETL, then daily files against each other, minutes
 * against days, and raw bars with their actions against adjusted ones. Where no market is given, files whose name begins with `us_`
 * are of the US market, all others of NSE.
 */
export function auditFiles(files: readonly AuditedFile[], context: AuditContext): FolderAudit {
  const ordered = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const marketOf = ({ name }: AuditedFile): Exchange => context.market ?? (/^us_/i.test(baseOf(name)) ? 'US' : 'NSE');
  const parsedActions = ordered.flatMap((file) => actionsOf(file, marketOf(file)) ?? []);
  const actions = actionsBySymbol(parsedActions.flatMap(({ parsed }) => parsed.actions));
  const observations = new Map<string, SymbolObservation>();
  const daily: DailySet[] = [];
  const intraday: { audit: FileAudit; table: BarTable; calendar: ExchangeCalendar; barMinutes: number }[] = [];
  const audits: FileAudit[] = [];
  ordered.forEach((file, index) => {
    context.onProgress?.(index, ordered.length, file.name);
    const calendar = loadCalendar(marketOf(file));
    const read = readBarFile(file, calendar, context.clock);
    if (read === undefined || !('table' in read)) {
      const own = parsedActions.find(({ name }) => name === file.name);
      audits.push(own === undefined ? (read ?? auditOther(file, marketOf(file))) : auditActions(file.name, own.parsed));
      return;
    }
    const base = { name: file.name, rows: read.rows, ingest: read.ingest };
    if (read.table.openMinute !== null) {
      const { barMinutes, stamps } = read;
      const audit = { ...base, kind: `${barMinutes}-minute bars of ${calendar.exchange}`, issues: stamps, metrics: {} };
      intraday.push({ audit, table: read.table, calendar, barMinutes });
      return;
    }
    if (calendar.exchange === 'NSE') addObservations(observations, read.observed);
    const all = symbolRuns(read.table).map(({ start, end }) => sliceDailyBars(read.table, start, end));
    const isIndex = all.length > 0 && all.every(({ symbol }) => isIndexSymbol(symbol));
    daily.push({ name: file.name, calendar, series: all, adjusted: read.adjusted, isIndex });
    const audit = auditDaily(all, {
      calendar,
      isIndex,
      // Adjusting a vendor's adjusted bars again would break them.
      ...(read.adjusted || isIndex ? {} : { actions }),
    });
    audits.push({
      ...base,
      kind: `daily bars of ${calendar.exchange}${isIndex ? ' indices' : ''}${read.adjusted ? ', adjusted by the vendor' : ''}`,
      issues: [...read.closed, ...audit.issues, ...survivorship(all, file.name)],
      metrics: {
        series: audit.metrics.series,
        sessions: audit.days.length,
        explainedJumps: audit.metrics.explainedJumps,
        meanScore: audit.metrics.meanScore,
        ...(audit.metrics.firstDay === null ? {} : { first: fromEpochDay(audit.metrics.firstDay) }),
        ...(audit.metrics.lastDay === null ? {} : { last: fromEpochDay(audit.metrics.lastDay) }),
      },
    });
  });
  for (const { audit, table, calendar, barMinutes } of intraday) {
    const issues = checkMinutes(table, {
      calendar,
      barMinutes,
      daily: officialDays(daily, calendar.exchange),
    });
    audits.push({ ...audit, issues: [...audit.issues, ...issues] });
  }
  const compared = compareSets(daily, actions);
  const between = [...compared.issues, ...nameChanges(daily, observations)];
  audits.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    files: audits,
    between,
    byCode: countByCode([...audits.flatMap(({ issues }) => issues), ...between]),
    comparisons: compared.comparisons,
  };
}

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function headerOf({ bytes }: AuditedFile): string {
  const end = bytes.indexOf(10);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? Math.min(bytes.length, 500) : end)).trim();
}

function actionsOf(file: AuditedFile, market: Exchange): { name: string; parsed: ParsedActions }[] | undefined {
  if (detectLayout(headerOf(file)).kind !== 'actions') return undefined;
  return [{ name: file.name, parsed: parseActions(new TextDecoder().decode(file.bytes), loadCalendar(market)) }];
}

interface BarFile {
  readonly observed: readonly SymbolObservation[];
  readonly table: BarTable;
  readonly layout: Layout;
  readonly adjusted: boolean;
  readonly rows: number;
  readonly ingest: Readonly<Record<string, number>>;
  /** 0 for daily bars. */
  readonly barMinutes: number;
  readonly stamps: readonly QualityIssue[];
  /** Days of daily bars on which the exchange was closed; INGEST sets their rows aside. */
  readonly closed: readonly QualityIssue[];
}

/** The good rows of a bar file; an audit that says why there are none; undefined for files that hold no bars. */
function readBarFile(file: AuditedFile, calendar: ExchangeCalendar, clock: Clock): BarFile | FileAudit | undefined {
  const refused = (code: string, why: string): FileAudit => ({
    name: file.name,
    kind: `refused: ${why}`,
    rows: 0,
    ingest: { [code]: 1 },
    issues: [],
    metrics: {},
  });
  const header = headerOf(file);
  // A vendor's adjusted close makes the importer refuse a file; here it is looked at like any other column.
  const adjusted = /,adj_?close\b/i.test(header);
  const match = detectLayout(header.replace(/,adj_?close\b/i, ',other'));
  if (match.kind !== 'bars') {
    return match.kind === 'refused' ? refused(match.defect.code, match.defect.message) : undefined;
  }
  const text = openText(file.bytes);
  if ('code' in text) return refused(text.code, text.message);
  const parsed = parseBars(text, match.layout, calendar);
  if ('code' in parsed) return refused(parsed.code, parsed.message);
  const { oneSession } = match.layout;
  const barMinutes = detectBarMinutes(parsed.table);
  const stamps = checkClock(parsed.table, calendar, barMinutes);
  // Stamped at their ends, the last bars of all sessions would seem to lie after the close.
  const bars =
    stamps[0]?.code === 'end_stamped'
      ? { ...parsed, table: fromEndStamps(parsed.table, barMinutes, calendar) }
      : parsed;
  const checked = validateIngest(bars, { calendar, nowMs: clock.nowMs(), oneSession });
  if (checked.kind === 'refused') return refused(checked.defect.code, checked.defect.message);
  const ingest: Record<string, number> = {};
  for (const { code } of checked.defects) ingest[code] = (ingest[code] ?? 0) + 1;
  const closed = barMinutes === 0 ? closedDays(checked.defects, calendar) : [];
  const table = takeRows(bars.table, checked.rows);
  const { observed } = parsed;
  return { observed, table, closed, layout: match.layout, adjusted, rows: parsed.rows, ingest, barMinutes, stamps };
}

function closedDays(defects: readonly RowDefect[], calendar: ExchangeCalendar): QualityIssue[] {
  const onClosed = defects.filter(({ code }) => code === 'no_session' || code === 'forward_filled');
  return [...Map.groupBy(onClosed, ({ date = '' }) => date)].map(([date, rows]) => {
    const session = calendar.session(date);
    const why = session.kind === 'closed' ? ` (${session.reason})` : '';
    const filled = rows.filter(({ code }) => code === 'forward_filled').length;
    const repeats = filled === 0 ? '' : `, repeats of the session before: ${filled}`;
    const message = `${calendar.exchange} was closed on ${date}${why}; bars of that day: ${rows.length}${repeats}`;
    return { code: 'closed_day', day: toEpochDay(date), message, values: { rows: rows.length, filled } };
  });
}

function auditActions(name: string, { actions, defects, rows }: ParsedActions): FileAudit {
  const issues: QualityIssue[] = [];
  const basis = new Map<string, { day: number; rows: number }>();
  for (const { symbol, exDay, kind, value, source, basisDay } of actions) {
    if (kind === 'demerger_or_rights') {
      const message = `${symbol} ${fromEpochDay(exDay)}: the factor ${value} has no ratio behind it`;
      issues.push({ code: 'uncertain_action', symbol, day: exDay, message, values: { value } });
    }
    if (basisDay === undefined || source === undefined) continue;
    basis.set(source, { day: basisDay, rows: (basis.get(source)?.rows ?? 0) + 1 });
  }
  for (const [source, { day, rows: count }] of basis) {
    const message = `${count} dividends of source ${source} are in the shares of ${fromEpochDay(day)}, not of their ex-dates`;
    issues.push({ code: 'restated_dividends', day, message, values: { source, rows: count } });
  }
  const ingest: Record<string, number> = {};
  for (const { code } of defects) ingest[code] = (ingest[code] ?? 0) + 1;
  return { name, kind: 'corporate actions', rows, ingest, issues, metrics: { actions: actions.length } };
}

function auditOther(file: AuditedFile, market: Exchange): FileAudit {
  const match = detectLayout(headerOf(file));
  if (match.kind === 'instruments') {
    const { instruments, rows, defects } = parseInstruments(new TextDecoder().decode(file.bytes), market);
    const message = `${instruments.length} members as of the day of the list; who was a member before is not known`;
    const issues: QualityIssue[] = [{ code: 'membership_today', message, values: { members: instruments.length } }];
    const ingest: Record<string, number> = defects.length === 0 ? {} : { defects: defects.length };
    return { name: file.name, kind: 'list of members', rows, ingest, issues, metrics: { members: instruments.length } };
  }
  const why = match.kind === 'other' ? match.why : 'holds no bars';
  return { name: file.name, kind: `not looked at: ${why}`, rows: 0, ingest: {}, issues: [], metrics: {} };
}

/** Long histories in which no series ever ended were chosen with today's knowledge. */
function survivorship(series: readonly DailyBars[], name: string): QualityIssue[] {
  const lasts = series.map(({ sessionDay }) => sessionDay.at(-1) ?? 0);
  const last = Math.max(...lasts);
  const first = Math.min(...series.map(({ sessionDay }) => sessionDay[0] ?? Infinity));
  if (series.length < SURVIVOR_MIN_SERIES || last - first < SURVIVOR_MIN_YEARS * 365) return [];
  if (lasts.some((day) => day < last - 30)) return [];
  const message = `all ${series.length} series of ${baseOf(name)} reach its end: names that were delisted or renamed are not in it`;
  return [{ code: 'survivorship', day: first, toDay: last, message, values: { series: series.length } }];
}

/** The raw daily bars of an exchange, for holding minutes against; the first file that has a symbol counts. */
function officialDays(sets: readonly DailySet[], exchange: Exchange): Map<string, DailyBars> {
  const days = new Map<string, DailyBars>();
  for (const { calendar, series, adjusted } of sets) {
    if (adjusted || calendar.exchange !== exchange) continue;
    for (const bars of series) {
      const held = days.get(bars.symbol);
      if (held === undefined || held.close.length < bars.close.length) days.set(bars.symbol, bars);
    }
  }
  return days;
}

type Actions = ReturnType<typeof actionsBySymbol>;

function compareSets(
  sets: readonly DailySet[],
  actions: Actions,
): { issues: QualityIssue[]; comparisons: FolderAudit['comparisons'][number][] } {
  const issues: QualityIssue[] = [];
  const comparisons: FolderAudit['comparisons'][number][] = [];
  const shares = sets.filter(({ isIndex }) => !isIndex);
  for (let i = 0; i < shares.length; i++) {
    for (let j = i + 1; j < shares.length; j++) {
      // The adjusted file second: raw bars are brought to its basis.
      const [a, b] = shares[i]!.adjusted ? [shares[j]!, shares[i]!] : [shares[i]!, shares[j]!];
      if (a.calendar !== b.calendar) continue;
      const others = new Map(b.series.map((bars) => [bars.symbol, bars]));
      let symbols = 0;
      let commonDays = 0;
      let agreeing = 0;
      for (const raw of a.series) {
        const other = others.get(raw.symbol);
        if (other === undefined) continue;
        const { actions: held } = checkActions(raw, actions.get(raw.symbol) ?? [], a.calendar);
        const left = b.adjusted && !a.adjusted ? adjustDaily(raw, held, a.calendar.lastDay) : raw;
        const names = [`${baseOf(a.name)}${left === raw ? '' : ' with actions'}`, baseOf(b.name)] as const;
        const result = compareSeries(left, other, { names });
        symbols++;
        commonDays += result.common;
        agreeing += result.agreeing;
        issues.push(...result.issues);
      }
      if (commonDays === 0) continue;
      comparisons.push({ a: a.name, b: b.name, symbols, commonDays, agreeingFrac: agreeing / commonDays });
    }
  }
  return { issues, comparisons };
}

function nameChanges(sets: readonly DailySet[], observations: ReadonlyMap<string, SymbolObservation>): QualityIssue[] {
  const nse = loadCalendar('NSE');
  const last = new Map<string, { symbol: string; day: number; close: number }>();
  for (const { calendar, adjusted, isIndex, series } of sets) {
    if (calendar !== nse || adjusted || isIndex) continue;
    for (const { symbol, sessionDay, close } of series) {
      const day = sessionDay.at(-1)!;
      if ((last.get(symbol)?.day ?? -1) < day) last.set(symbol, { symbol, day, close: close.at(-1)! });
    }
  }
  const present = new Set([...last.keys(), ...observations.keys()]);
  const symbols = Object.fromEntries([...observations].map(([symbol, seen]) => [symbol, seen]));
  const nextSessionOf = (day: number): number => {
    let next = day + 1;
    while (next < nse.lastDay && nse.isSessionDay[next - nse.firstDay] !== 1) next++;
    return next;
  };
  const detected = detectRenames([...last.values()], { symbols, decisions: [] }, nextSessionOf);
  const byPair = new Map(detected.map((rename) => [`${rename.from} ${rename.to}`, rename]));
  for (const rename of knownRenames('NSE')) {
    const key = `${rename.from} ${rename.to}`;
    if (!byPair.has(key) && (present.has(rename.from) || present.has(rename.to))) byPair.set(key, rename);
  }
  return [...byPair.values()]
    .sort((a, b) => a.fromDay - b.fromDay || (a.to < b.to ? -1 : 1))
    .map(({ from, to, fromDay, evidence }) => {
      const has = `${present.has(from) ? '' : `; ${from} has no bars here`}${present.has(to) ? '' : `; ${to} has no bars here`}`;
      const how =
        evidence === 'listed'
          ? 'as the exchange published'
          : evidence === 'isin'
            ? 'by its ISIN'
            : 'by the close before it';
      const message = `${from} trades as ${to} from ${fromEpochDay(fromDay)}, ${how}${has}`;
      return { code: 'symbol_change', symbol: to, day: fromDay, message, values: { from, to, evidence } };
    });
}
