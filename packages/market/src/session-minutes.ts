import { fromEpochDay } from '@aion/core';
import { openTimeMsOf } from './bars.ts';
import type { ExchangeCalendar, SessionPhase } from './calendar.ts';

/** A part of a session, in minutes after midnight of its exchange. */
export interface PhaseMinutes extends Pick<SessionPhase, 'kind' | 'instruments'> {
  readonly open: number;
  readonly close: number;
}

/** A session in minutes after midnight of its exchange. */
export interface ClockHours {
  readonly kind: 'regular' | 'special' | 'muhurat' | 'half';
  readonly open: number;
  readonly close: number;
  readonly phases: readonly PhaseMinutes[];
}

/** The hours of a session; undefined for a closed day. */
export type SessionMinutes = (day: number) => ClockHours | undefined;

/** Remembers each day that was asked for: files ask for the same ones row by row. */
export function makeSessionMinutes(calendar: ExchangeCalendar): SessionMinutes {
  const known = new Map<number, ClockHours | undefined>();
  return (day) => {
    if (known.has(day)) return known.get(day);
    const session = calendar.covers(fromEpochDay(day)) ? calendar.session(fromEpochDay(day)) : undefined;
    const midnight = openTimeMsOf(day, 0, calendar);
    const minutes = ({ openMs, closeMs }: { readonly openMs: number; readonly closeMs: number }) => ({
      open: (openMs - midnight) / 60_000,
      close: (closeMs - midnight) / 60_000,
    });
    const hours =
      session === undefined || session.kind === 'closed'
        ? undefined
        : {
            kind: session.kind,
            ...minutes(session),
            phases: session.phases.map((phase) => ({
              kind: phase.kind,
              instruments: phase.instruments,
              ...minutes(phase),
            })),
          };
    known.set(day, hours);
    return hours;
  };
}

/** The phase in which a bar opens; for a bar that opens in none, the first that it reaches into. */
export function phaseOf(hours: ClockHours, minute: number, barMinutes: number): PhaseMinutes | undefined {
  const inside = hours.phases.find(({ open, close }) => minute >= open && minute < close);
  return inside ?? hours.phases.find(({ open, close }) => minute < close && minute + barMinutes > open);
}

/** Phases of a share for which its own bars of the session speak, and how many bars of continuous trading they have. */
export interface ShareHours {
  readonly phases: readonly PhaseMinutes[];
  readonly close: number;
  readonly continuousBars: number;
}

const barsIn = ({ open, close }: PhaseMinutes, barMinutes: number): number => Math.ceil((close - open) / barMinutes);

/**
 * Which phases a share has, by its bars: no list says for each date which shares have derivatives. One that trades on beside the
 * closing auction, with more than one print, has none; some sources stamp that print with the auction's begin.
 *
 * @param openMinutes ascending, of one share and session
 */
export function hoursOfShare(hours: ClockHours, openMinutes: ArrayLike<number>, barMinutes: number): ShareHours {
  const auction = hours.phases.find(({ kind }) => kind === 'closing_auction');
  let phases = hours.phases;
  if (auction !== undefined) {
    const others = hours.phases.find(
      ({ kind, instruments }) => kind === 'continuous' && instruments === 'without_derivatives',
    );
    const beside = Array.from(openMinutes).filter((minute) => minute >= auction.open).length;
    // A bar that is longer than what is left of the day says nothing.
    const hasAuction = beside <= 1 && (others?.close ?? auction.open) - auction.open > barMinutes;
    const instruments = hasAuction ? 'with_derivatives' : 'without_derivatives';
    phases = hours.phases.filter((phase) => phase.instruments === 'all' || phase.instruments === instruments);
  }
  return {
    phases,
    close: Math.max(...phases.map(({ close }) => close)),
    continuousBars: phases
      .filter(({ kind }) => kind === 'continuous')
      .reduce((sum, phase) => sum + barsIn(phase, barMinutes), 0),
  };
}
