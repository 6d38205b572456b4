'use client';
import type { QualityReport } from '@aion/contracts';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { cx } from '../ui/class-names.ts';
import { shortDay } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { SessionsTable } from './sessions-table.tsx';
import {
  sessionWords,
  STATE_WORDS,
  toSessionCells,
  toWeeks,
  type SessionCell,
  type SessionState,
} from './session-weeks.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** How each state looks; the mark says the same as the colour. */
const LOOKS: Readonly<Record<SessionState, readonly [string, string]>> = {
  good: ['', 'border-line bg-accent-soft'],
  fair: ['·', 'border-line-strong/60 bg-raised text-ink'],
  poor: ['–', 'border-warn bg-warn-soft text-warn'],
  missing: ['✕', 'border-danger bg-danger-soft text-danger'],
  copied: ['=', 'border-danger bg-danger-soft text-danger'],
  closed: ['!', 'border-danger bg-danger-soft text-danger'],
};
const LEGEND = ['good', 'fair', 'poor', 'missing', 'copied', 'closed'] as const;
/** Weeks that fit beside each other from a width on; older ones are in the table. */
const FITS = [
  [14, 'max-sm:hidden'],
  [28, 'max-lg:hidden'],
  [38, 'max-xl:hidden'],
  [54, 'hidden'],
] as const;
const KEY_STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -5, ArrowRight: 5 };

/** The sessions as a calendar: what is missing, copied or thin is seen at a glance, and one press shows its findings. */
export function SessionsPanel(props: {
  report: QualityReport;
  session: string;
  onSession: (sessionDate: string) => void;
}) {
  const cells = useMemo(() => toSessionCells(props.report), [props.report]);
  const { weeks, weekdays } = useMemo(() => toWeeks(cells), [cells]);
  const newest = cells.at(-1);
  const [shown, setShown] = useState<SessionCell | undefined>(newest);
  const strip = useRef<HTMLDivElement>(null);
  const counts = new Map<SessionState, number>();
  for (const { state } of cells) counts.set(state, (counts.get(state) ?? 0) + 1);
  if (newest === undefined) return null;

  // One stop for the tab key; the arrows move by a session or by a week.
  const current = cells.find((cell) => cell.sessionDate === (shown ?? newest).sessionDate) ?? newest;
  function onKeyDown(event: KeyboardEvent): void {
    const step = KEY_STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(strip.current?.querySelectorAll('button') ?? [])].filter((each) => each.offsetParent !== null);
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
  }

  return (
    <Panel
      title="Sessions"
      aside={
        <ul aria-label="Legend" className="flex flex-wrap gap-x-4 gap-y-1 text-note text-ink-2">
          {LEGEND.filter((state) => (counts.get(state) ?? 0) > 0).map((state) => (
            <li key={state} className="flex items-center gap-1" title={STATE_WORDS[state]}>
              <Mark state={state} className="size-3" />
              {LEGEND_WORDS[state]} <span className="num text-ink-3">{counts.get(state)}</span>
            </li>
          ))}
        </ul>
      }
    >
      <div className="flex gap-2">
        <div aria-hidden="true" className="flex flex-col gap-0.5 pt-5 text-note text-ink-3">
          {WEEKDAYS.slice(0, weekdays).map((name) => (
            <span key={name} className="flex h-5 items-center">
              {name}
            </span>
          ))}
        </div>
        <div
          ref={strip}
          role="group"
          aria-label="Score of each session, oldest first"
          onKeyDown={onKeyDown}
          onMouseLeave={() => setShown(newest)}
          className="flex min-w-0 flex-1 gap-0.5"
        >
          {weeks.map((week, at) => (
            <div key={week.monday} className={cx('max-w-7 min-w-0 flex-1', hiddenFrom(weeks.length - at))}>
              <div aria-hidden="true" className="h-5 overflow-visible text-note whitespace-nowrap text-ink-3">
                {monthLabel(weeks[at - 1]?.monday, week.monday)}
              </div>
              <div className="flex flex-col gap-0.5">
                {week.days.map((cell, weekday) =>
                  cell === null ? (
                    <span key={weekday} className="h-5" />
                  ) : (
                    <button
                      key={weekday}
                      type="button"
                      tabIndex={cell === current ? 0 : -1}
                      aria-label={sessionWords(cell)}
                      aria-pressed={cell.sessionDate === props.session}
                      title={sessionWords(cell)}
                      onMouseEnter={() => setShown(cell)}
                      onFocus={() => setShown(cell)}
                      onClick={() => props.onSession(cell.sessionDate === props.session ? '' : cell.sessionDate)}
                      className={cx(
                        'block h-5 w-full rounded-sm -outline-offset-2 hover:opacity-80',
                        cell.sessionDate === props.session && 'ring-2 ring-accent',
                      )}
                    >
                      <Mark state={cell.state} className="size-full" />
                    </button>
                  ),
                )}
              </div>
            </div>
          ))}
        </div>
      </div>
      <p className="num mt-2 min-h-10 text-ink-2 sm:min-h-5">{sessionWords(current)}</p>
      <SessionsTable cells={cells} />
      <p className="text-note text-ink-3 sm:hidden">The calendar shows the newest weeks; the table has all.</p>
    </Panel>
  );
}

const LEGEND_WORDS: Readonly<Record<SessionState, string>> = {
  good: '98 to 100',
  fair: '90 to 97',
  poor: 'below 90',
  missing: 'missing',
  copied: 'copied',
  closed: 'on a closed day',
};

function Mark({ state, className }: { state: SessionState; className: string }) {
  const [mark, look] = LOOKS[state];
  return (
    <span
      aria-hidden="true"
      className={cx('grid place-items-center rounded-sm border text-[11px] leading-none font-bold', look, className)}
    >
      {mark}
    </span>
  );
}

/** The class that hides the week which is the `fromEnd`-th from the newest where it does not fit. */
const hiddenFrom = (fromEnd: number): string | undefined => FITS.findLast(([weeks]) => fromEnd > weeks)?.[1];

/** The month, over the first week that begins in it. */
function monthLabel(before: string | undefined, monday: string): string {
  if (before?.slice(0, 7) === monday.slice(0, 7)) return '';
  const [, month = ''] = shortDay(monday).split(' ');
  // The first column may hold the last days of a month only; its name would run into the next.
  if (before === undefined && Number(monday.slice(8)) > 21) return '';
  return monday.slice(5, 7) === '01' ? `${month} ${monday.slice(0, 4)}` : month;
}
