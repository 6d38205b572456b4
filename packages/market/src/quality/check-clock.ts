import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { type SessionMinutes, makeSessionMinutes } from '../session-minutes.ts';
import type { QualityIssue } from './issue.ts';
import { LEAST_SHIFT, MOST_SHIFT, ZONE_STEP, findShiftedSession } from './shifted-session.ts';

const DAY_MINUTES = 1440;
/** So many of the bars lie inside the sessions once they are moved, and so much fewer as they stand. */
const MOVED_INSIDE = 0.95;
const LESS_INSIDE = 0.8;
/** Then the move alone says enough; else the moved bars must begin with a session and end with it. */
const FEW_INSIDE = 0.5;
const EDGE_MINUTES = 5;
/** One instrument of a file is judged by itself from here on. */
const MIN_ROWS = 30;
const MIN_SESSIONS = 3;

/**
 * Whether a file's clock is the exchange's, asked before INGEST, which would set the rows outside the session aside one by one and
 * store those that fall into it at wrong minutes. `shifted_clock`: moved by a difference of time zones, nearly all bars of the file, or of
 * one of its instruments, lie inside sessions, and now far fewer do, or one session among right ones has bars from outside into it. Bars before
 * the open or after the close are none of that.
 * `end_stamped`: most sessions begin one bar late and end at the close. Rows may stand in any order.
 */
export function checkClock(table: BarTable, calendar: ExchangeCalendar, barMinutes: number): QualityIssue[] {
  if (table.openMinute === null || barMinutes === 0) return [];
  const hours = makeSessionMinutes(calendar);
  const shifted = findShift(table, hours, barMinutes) ?? findShiftedSession(table, calendar, barMinutes);
  if (shifted !== undefined) return [shifted];
  const stamped = findEndStamps(table, hours, barMinutes);
  return stamped === undefined ? [] : [stamped];
}

/** Bars by their minute, apart for each pair of opening and close. */
type Minutes = Map<string, { readonly open: number; readonly close: number; readonly counts: Uint32Array }>;

function findShift(table: BarTable, hours: SessionMinutes, barMinutes: number): QualityIssue | undefined {
  const { symbols } = table;
  const all: Minutes = new Map();
  const bySymbol = symbols.map((): Minutes => new Map());
  for (let row = 0; row < table.openMinute!.length; row++) {
    const session = hours(table.sessionDay[row]!);
    if (session === undefined) continue;
    const key = `${session.open} ${session.close}`;
    for (const minutes of symbols.length === 1 ? [all] : [all, bySymbol[table.symbolIndex[row]!]!]) {
      let held = minutes.get(key);
      if (held === undefined) {
        held = { open: session.open, close: session.close, counts: new Uint32Array(DAY_MINUTES) };
        minutes.set(key, held);
      }
      held.counts[table.openMinute![row]!]!++;
    }
  }
  const whole = shiftOf(all, barMinutes);
  if (whole !== undefined) return issueOf(whole);
  if (symbols.length === 1) return undefined;
  for (const [index, minutes] of bySymbol.entries()) {
    const found = shiftOf(minutes, barMinutes);
    if (found !== undefined && found.rows >= MIN_ROWS && found.edges > 0) return issueOf(found, symbols[index]);
  }
  return undefined;
}

interface Shift {
  readonly minutes: number;
  readonly rows: number;
  readonly inside: number;
  readonly movedInside: number;
  /** The moved bars begin with a session, end with one, or both. */
  readonly edges: number;
}

function shiftOf(minutes: Minutes, barMinutes: number): Shift | undefined {
  const parts = [...minutes.values()].map(({ open, close, counts }) => {
    const before = new Uint32Array(DAY_MINUTES + 1);
    for (let m = 0; m < DAY_MINUTES; m++) before[m + 1] = before[m]! + counts[m]!;
    return { open, close, counts, before };
  });
  const rows = parts.reduce((sum, { before }) => sum + before[DAY_MINUTES]!, 0);
  const insideAt = (shift: number): number =>
    parts.reduce((sum, { open, close, before }) => sum + between(before, open - shift, close - shift), 0);
  const inside = insideAt(0);
  let best: Shift | undefined;
  for (let shift = -MOST_SHIFT; shift <= MOST_SHIFT; shift += ZONE_STEP) {
    if (Math.abs(shift) < LEAST_SHIFT) continue;
    const movedInside = insideAt(shift);
    if (movedInside < MOVED_INSIDE * rows || inside >= LESS_INSIDE * movedInside) continue;
    const edges = Math.max(...parts.map((part) => edgesOf(part, shift, barMinutes)));
    const isBetter =
      best === undefined || edges > best.edges || (edges === best.edges && movedInside > best.movedInside);
    if (isBetter) best = { minutes: shift, rows, inside, movedInside, edges };
  }
  return best === undefined || (best.edges < 2 && inside >= FEW_INSIDE * best.movedInside) ? undefined : best;
}

/** Bars whose minute lies in [from, to), also where that reaches over midnight. */
function between(before: Uint32Array, from: number, to: number): number {
  const start = ((from % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const end = start + (to - from);
  const upTo = Math.min(end, DAY_MINUTES);
  return before[upTo]! - before[start]! + (end > DAY_MINUTES ? before[end - DAY_MINUTES]! : 0);
}

function edgesOf(
  { open, close, counts }: { readonly open: number; readonly close: number; readonly counts: Uint32Array },
  shift: number,
  barMinutes: number,
): number {
  let [first, last] = [Infinity, -Infinity];
  for (let m = 0; m < DAY_MINUTES; m++) {
    const moved = (((m + shift) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
    if (counts[m] === 0 || moved < open || moved >= close) continue;
    first = Math.min(first, moved);
    last = Math.max(last, moved);
  }
  return Number(first < open + EDGE_MINUTES) + Number(last + barMinutes > close - EDGE_MINUTES);
}

function issueOf({ minutes, rows, inside, movedInside }: Shift, symbol?: string): QualityIssue {
  const whose = symbol === undefined ? 'bars' : `bars of ${symbol}`;
  const message = `${inside} of ${rows} ${whose} lie inside sessions, and ${movedInside} when they are moved by ${minutes} min: another time zone`;
  return {
    code: 'shifted_clock',
    ...(symbol === undefined ? {} : { symbol }),
    message,
    values: { shiftMinutes: minutes, rows, inside, movedInside },
  };
}

function findEndStamps(table: BarTable, hours: SessionMinutes, barMinutes: number): QualityIssue | undefined {
  const { openMinute, sessionDay, symbolIndex, symbols } = table;
  const bounds = new Map<number, [first: number, last: number]>();
  for (let row = 0; row < openMinute!.length; row++) {
    const key = sessionDay[row]! * symbols.length + symbolIndex[row]!;
    const minute = openMinute![row]!;
    const held = bounds.get(key);
    if (held === undefined) bounds.set(key, [minute, minute]);
    else bounds.set(key, [Math.min(held[0], minute), Math.max(held[1], minute)]);
  }
  let [sessions, late] = [0, 0];
  for (const [key, [first, last]] of bounds) {
    const session = hours(Math.floor(key / symbols.length));
    if (session === undefined) continue;
    sessions++;
    const ends =
      session.phases.some(({ close }) => close === last) ||
      (last >= session.close && last - barMinutes < session.close);
    if (first === session.open + barMinutes && ends) late++;
  }
  if (sessions < MIN_SESSIONS || late * 2 <= sessions) return undefined;
  const message = `bars are stamped at their end: ${late} of ${sessions} sessions begin ${barMinutes} min after the open and end at the close`;
  return { code: 'end_stamped', message, values: { sessions, late, barMinutes } };
}
