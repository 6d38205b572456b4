import { fromEpochDay, SessionDate, type Item, type StoredForm } from '@aion/core';
import { z } from 'zod';
import type { LakeManifest } from './manifest.ts';

/** Share of the usual number of symbols below which a session counts as partly imported. */
const FULL_SESSION_FRAC = 0.9;
const USUAL_SESSIONS = 20;

/**
 * How many symbols a session has, by those before it, oldest first: the median of twenty, or of the last three where that is smaller, so
 * that a market that was cut down on purpose is taken for whole after two sessions.
 */
export function usualSymbols(before: readonly number[]): number {
  return Math.min(medianOf(before), medianOf(before.slice(-3)));
}

function medianOf(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export interface SessionChoice {
  readonly sessionDate: SessionDate;
  readonly symbols: number;
  /** Newer sessions that were passed over, because only few of the symbols have a bar on them. */
  readonly passedOver: readonly { readonly sessionDate: SessionDate; readonly symbols: number }[];
}

/**
 * The newest session on which at least nine tenths of the usual number of symbols traded; undefined while the lake is empty.
 *
 * @example newestFullSessionOf(await readManifest({ items }, 'NSE', 'daily'))?.sessionDate // '2026-02-27'
 */
export function newestFullSessionOf(
  manifest: Pick<LakeManifest, 'sessionDays' | 'sessionBars'>,
): SessionChoice | undefined {
  const sessions = manifest.sessionDays.map((day, i) => ({ day, symbols: manifest.sessionBars[i]! }));
  const passedOver: { sessionDate: SessionDate; symbols: number }[] = [];
  for (let i = sessions.length - 1; i >= 0; i--) {
    const { day, symbols } = sessions[i]!;
    const usual = usualSymbols(sessions.slice(Math.max(0, i - USUAL_SESSIONS), i).map((session) => session.symbols));
    if (symbols >= FULL_SESSION_FRAC * usual) return { sessionDate: fromEpochDay(day), symbols, passedOver };
    passedOver.push({ sessionDate: fromEpochDay(day), symbols });
  }
  return undefined;
}

/** The newest whole session as pages show it, without the manifest that it follows from and with which it is written. */
const LakeFreshness = z.object({ lastSession: SessionDate.nullable() });
export type LakeFreshness = z.infer<typeof LakeFreshness>;
export const LAKE_FRESHNESS: StoredForm<LakeFreshness> = {
  what: 'newest session of the lake',
  v: 1,
  schema: LakeFreshness,
  advice: 'the next import writes it anew',
};

export function freshnessItem(manifest: Omit<LakeManifest, 'version'>): Item {
  const body: LakeFreshness = { lastSession: newestFullSessionOf(manifest)?.sessionDate ?? null };
  return { table: 'product', pk: `LATEST#${manifest.market}`, sk: 'BARS', v: LAKE_FRESHNESS.v, body };
}
