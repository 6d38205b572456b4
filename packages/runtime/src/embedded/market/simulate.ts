import { makeRng, toEpochDay, toIso, type SessionDate } from '@aion/core';
import {
  loadCalendar,
  simulatedBetween,
  simulateMarket,
  storeSimulatedMarket,
  type SimulatedMarket,
} from '@aion/market';
import type { Embedded } from '../compose-embedded.ts';
import { saveProfile, type MarketProfile } from '@aion/jobs';

export const SIMULATION_SEED = 'aion-demo-market-1';
export const SIMULATION_AS_OF: SessionDate = '2026-02-27';
/** The simulated day's clock stands two hours after the close: the daily run has its bars and the hourly bars are whole. */
const AFTER_CLOSE_MS = 2 * 3_600_000;

export interface Simulated {
  readonly symbols: number;
  readonly bars: number;
  readonly hourlyBars: number;
  readonly asOf: SessionDate;
  readonly milliseconds: number;
}

/** Hourly bars before the sessions that are played: what a refinement looks back on. */
const HOURLY_SESSIONS = 30;
/** In the evening of the last session, when its daily run has ended. */
const AFTER_LAST_CLOSE_MS = 8 * 3_600_000;

/**
 * Fills an empty home with the simulated market and stops its clock soon after the close of its last session; with sessions held back, after
 * that of the session before them, from which on they can be played.
 *
 * @example const { symbols, asOf } = await prepareSimulatedMarket(embedded, 20);
 */
export async function prepareSimulatedMarket(embedded: Embedded, heldBackSessions = 0): Promise<Simulated> {
  const startedMs = embedded.clock.nowMs();
  const { simulatedSymbols: symbols, simulatedSessions: sessions } = embedded.loaded.config;
  const hourlySessions = HOURLY_SESSIONS + heldBackSessions;
  const whole = makeSimulated({ symbols, sessions, hourlySessions });
  const asOf =
    heldBackSessions === 0 ? SIMULATION_AS_OF : loadCalendar('NSE').previousSession(SIMULATION_AS_OF, heldBackSessions);
  const simulated = heldBackSessions === 0 ? whole : simulatedBetween(whole, -Infinity, toEpochDay(asOf));
  await storeSimulatedMarket(embedded.ingest, 'NSE', simulated);
  const untilMs = closeOf(SIMULATION_AS_OF) + AFTER_LAST_CLOSE_MS;
  await saveProfile(embedded.items, {
    simulated: true,
    asOfMs: closeOf(asOf) + AFTER_CLOSE_MS,
    played: heldBackSessions === 0 ? null : { untilMs, symbols, sessions, hourlySessions },
  });
  return {
    symbols: simulated.instruments.length,
    bars: simulated.daily.close.length,
    hourlyBars: simulated.hourly.close.length,
    asOf,
    milliseconds: embedded.clock.nowMs() - startedMs,
  };
}

const makeSimulated = ({ symbols, sessions, hourlySessions }: Omit<NonNullable<MarketProfile['played']>, 'untilMs'>) =>
  simulateMarket({ rng: makeRng(SIMULATION_SEED), symbols, sessions, hourlySessions, asOf: SIMULATION_AS_OF });

/** What is still to come of a market that is played, made again from its seed; a little of the past with it, for what comes late. */
export function sessionsToPlay(played: NonNullable<MarketProfile['played']>, asOfMs: number): SimulatedMarket {
  const calendar = loadCalendar('NSE');
  const fromDay = toEpochDay(calendar.previousSession(calendar.dateAt(asOfMs), HOURLY_SESSIONS));
  return simulatedBetween(makeSimulated(played), fromDay, toEpochDay(SIMULATION_AS_OF));
}

/** Freezes the clock after the close of a session: what a folder of past data is looked at from. */
export async function freezeAfter(embedded: Embedded, sessionDate: SessionDate): Promise<string> {
  const asOfMs = closeOf(sessionDate) + AFTER_CLOSE_MS;
  await saveProfile(embedded.items, { simulated: false, asOfMs });
  return toIso(asOfMs);
}

function closeOf(sessionDate: SessionDate): number {
  const session = loadCalendar('NSE').session(sessionDate);
  if (session.kind === 'closed') throw new Error(`${sessionDate} is no session`);
  return session.closeMs;
}
