import { makeRng, toIso, type SessionDate } from '@aion/core';
import { loadCalendar, simulateMarket, storeSimulatedMarket } from '@aion/market';
import type { Embedded } from '../compose-embedded.ts';
import { saveProfile } from '@aion/jobs';

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

/**
 * Fills an empty home with the simulated market and freezes its clock soon after the close of its last session.
 *
 * @example const { symbols, asOf } = await prepareSimulatedMarket(embedded);
 */
export async function prepareSimulatedMarket(embedded: Embedded): Promise<Simulated> {
  const startedMs = embedded.clock.nowMs();
  const { simulatedSymbols, simulatedSessions } = embedded.loaded.config;
  const simulated = simulateMarket({
    rng: makeRng(SIMULATION_SEED),
    symbols: simulatedSymbols,
    sessions: simulatedSessions,
    asOf: SIMULATION_AS_OF,
  });
  await storeSimulatedMarket(embedded.ingest, 'NSE', simulated);
  await saveProfile(embedded.items, { simulated: true, asOfMs: closeOf(SIMULATION_AS_OF) + AFTER_CLOSE_MS });
  return {
    symbols: simulated.instruments.length,
    bars: simulated.daily.close.length,
    hourlyBars: simulated.hourly.close.length,
    asOf: SIMULATION_AS_OF,
    milliseconds: embedded.clock.nowMs() - startedMs,
  };
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
