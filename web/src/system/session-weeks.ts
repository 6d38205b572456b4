import type { QualityReport } from '@aion/contracts';
import { count, sessionDay } from '../ui/format.ts';

export type DayScore = QualityReport['days'][number];
/** What a session is drawn as. A broken one says how it is broken; the others say how good they are. */
export type SessionState = 'good' | 'fair' | 'poor' | 'missing' | 'copied' | 'closed';
export interface SessionCell extends DayScore {
  readonly state: SessionState;
}
/** Monday to Sunday; null where the exchange had no session. */
export interface Week {
  readonly monday: string;
  readonly days: readonly (SessionCell | null)[];
}

const DAY_MS = 86_400_000;
const FAIR_BELOW = 98;
const POOR_BELOW = 90;
const BROKEN: Readonly<Record<string, SessionState>> = {
  missing_session: 'missing',
  copied_session: 'copied',
  closed_day: 'closed',
};

function stateOf(day: DayScore, broken: SessionState | undefined): SessionState {
  if (broken !== undefined) return broken;
  if (day.symbols === 0) return 'missing';
  return day.score < POOR_BELOW ? 'poor' : day.score < FAIR_BELOW ? 'fair' : 'good';
}

/** The sessions of a report with what became of each, oldest first. */
export function toSessionCells(report: Pick<QualityReport, 'days' | 'issues'>): SessionCell[] {
  const broken = new Map<string, SessionState>();
  for (const { code, symbol, sessionDate } of report.issues) {
    const state = BROKEN[code];
    if (symbol === null && sessionDate !== null && state !== undefined) broken.set(sessionDate, state);
  }
  return [...report.days]
    .sort((a, b) => (a.sessionDate < b.sessionDate ? -1 : 1))
    .map((day) => ({ ...day, state: stateOf(day, broken.get(day.sessionDate)) }));
}

/** Sessions as the weeks of a calendar, oldest first; Saturday and Sunday only where any week has a session on them. */
export function toWeeks(cells: readonly SessionCell[]): { weeks: Week[]; weekdays: number } {
  const weeks = new Map<string, (SessionCell | null)[]>();
  let weekdays = 5;
  for (const cell of cells) {
    const ms = Date.parse(`${cell.sessionDate}T00:00:00Z`);
    const weekday = (new Date(ms).getUTCDay() + 6) % 7;
    weekdays = Math.max(weekdays, weekday + 1);
    const monday = new Date(ms - weekday * DAY_MS).toISOString().slice(0, 10);
    const days = weeks.get(monday) ?? Array.from({ length: 7 }, () => null);
    days[weekday] = cell;
    weeks.set(monday, days);
  }
  return { weeks: [...weeks].map(([monday, days]) => ({ monday, days: days.slice(0, weekdays) })), weekdays };
}

export const STATE_WORDS: Readonly<Record<SessionState, string>> = {
  good: 'Complete',
  fair: 'A few symbols lack',
  poor: 'Many symbols lack or are wrong',
  missing: 'Missing: no bar is stored',
  copied: 'Copied: repeats the session before',
  closed: 'Bars on a day on which the exchange was closed',
};

/** One session as a sentence. */
export function sessionWords(cell: SessionCell): string {
  const found = cell.issues === 0 ? 'no errors' : cell.issues === 1 ? '1 error' : `${count(cell.issues)} errors`;
  const of = `${count(cell.symbols)} of usually ${count(cell.usual)} symbols, ${found}`;
  const what =
    cell.state === 'good' || cell.state === 'fair' || cell.state === 'poor' ? '' : `${STATE_WORDS[cell.state]}; `;
  return `${sessionDay(cell.sessionDate)}: ${what}score ${cell.score} of 100, ${of}`;
}
