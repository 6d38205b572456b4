import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { type ClockHours, makeSessionMinutes } from '../session-minutes.ts';
import { shareSessions } from '../share-sessions.ts';

/** Which end of a bar its time stands for. */
export const STAMPS = ['start', 'end'] as const;
export type Stamps = (typeof STAMPS)[number];

/** Of an auction day's bars up to the auction so many are there: then the last of them tells where trading ended. */
const DENSE = 0.9;
/** So many times more sessions must speak for opening times before stray bars at the close count for nothing. */
const CLEARLY = 2;

/**
 * Which end of their bars the times of a file stand for; `unclear` where they may be either, and a bar stored by the wrong one would lie one
 * bar late. Sources that stamp the end have no bar at the opening, and one at the close: of trading, of the closing auction, or of the
 * last bar's grid behind it. One that has both has opening times, and its bars at the close are set aside.
 */
export function stampsOf(table: BarTable, barMinutes: number, calendar: ExchangeCalendar): Stamps | 'unclear' {
  const { openMinute } = table;
  if (openMinute === null) return 'start';
  const hoursOf = makeSessionMinutes(calendar);
  const { order, sessions } = shareSessions(table);
  const votes = { start: 0, end: 0, unclear: 0, none: 0 };
  for (const { day, start, end } of sessions) {
    const hours = hoursOf(day);
    if (hours === undefined) continue;
    const rows = order.subarray(start, end);
    const minutes = rows.map((row) => openMinute[row]!);
    if (minutes.includes(hours.open)) return 'start';
    votes[voteOf(hours, minutes, barMinutes, (at) => table.high[rows[at]!] === table.low[rows[at]!])]++;
  }
  if (votes.end === 0) return votes.unclear > 0 && votes.start === 0 ? 'unclear' : 'start';
  if (votes.end > votes.start) return 'end';
  return votes.start > CLEARLY * votes.end ? 'start' : 'unclear';
}

/** What one session of one instrument says, which has no bar at the opening. `isFlat`: whether a bar has one price. */
function voteOf(
  hours: ClockHours,
  minutes: Int32Array,
  barMinutes: number,
  isFlat: (at: number) => boolean,
): keyof { start: 0; end: 0; unclear: 0; none: 0 } {
  const { open, close, phases } = hours;
  const last = minutes.at(-1)!;
  const late = minutes[0] === open + barMinutes;
  const has = (minute: number): boolean => minutes.includes(minute);
  const auction = phases.find(({ kind }) => kind === 'closing_auction');
  const behind = auction === undefined ? 0 : minutes.filter((minute) => minute > auction.open).length;
  // It ended with trading, or the source goes on with the grid of its bars; nothing opens then.
  if (last >= close && last - barMinutes < close) return 'end';
  if (auction !== undefined && behind <= 1) {
    // No opening time of an hour is that late: the bar of the auction opens with it.
    if (behind === 1 && auction.open + barMinutes > auction.close) return 'end';
    const at = minutes.indexOf(auction.open);
    if (at < 0) return last + barMinutes === auction.open ? 'start' : 'none';
    if (at + 1 < DENSE * ((auction.open - minutes[0]!) / barMinutes + 1)) return 'none';
    if (auction.open + barMinutes > auction.close) return late ? 'unclear' : 'none';
    // As an opening time it is a print of the auction, which has one price; with another bar behind it there would be two prints.
    if (late) return behind === 1 || !isFlat(at) ? 'end' : 'unclear';
    return isFlat(at) || behind === 1 ? 'none' : 'unclear';
  }
  const ended = phases.filter(({ kind, close: to }) => kind === 'continuous' && has(to) && !has(to + barMinutes));
  if (ended.some(({ close: to }) => !phases.some(({ open: from }) => from === to))) return 'end';
  const lastOpening = Math.max(
    ...phases
      .filter(({ kind }) => kind === 'continuous')
      .map(({ open: from, close: to }) => lastOf(from, to, barMinutes)),
  );
  if (last !== lastOpening) return 'none';
  // Whole bars end with the last of the grid, and only the shorter one behind it is missing; or the first of the session is.
  return late && (close - open) % barMinutes !== 0 ? 'unclear' : 'start';
}

/** The last opening time of a grid from one minute to before another. */
const lastOf = (from: number, to: number, barMinutes: number): number =>
  from + (Math.ceil((to - from) / barMinutes) - 1) * barMinutes;

/**
 * A table whose times are the ends of its bars, with the times at which they opened. The last bar of a session may be shorter: it opens when the
 * one before it ended, or else on the grid of its phase.
 */
export function fromEndStamps(table: BarTable, barMinutes: number, calendar: ExchangeCalendar): BarTable {
  const { openMinute } = table;
  if (openMinute === null) return table;
  const hoursOf = makeSessionMinutes(calendar);
  const { order, sessions } = shareSessions(table);
  const opened = openMinute.slice();
  for (const { day, start, end } of sessions) {
    const phases = hoursOf(day)?.phases ?? [];
    for (let at = start; at < end; at++) {
      const row = order[at]!;
      const before = at > start ? order[at - 1]! : undefined;
      const minute = openMinute[row]!;
      if (before !== undefined && openMinute[before] === minute) {
        opened[row] = opened[before]!;
        continue;
      }
      const short = phases.findLast(({ open, close }) => close === minute && (close - open) % barMinutes !== 0);
      const onGrid = short === undefined ? minute - barMinutes : lastOf(short.open, minute, barMinutes);
      opened[row] = Math.max(onGrid, before === undefined ? 0 : openMinute[before]!);
    }
  }
  return { ...table, openMinute: opened };
}
