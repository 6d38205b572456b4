import { bodyOf, makeOffsetClock, type Clock, type ItemTable, type StoredForm } from '@aion/core';
import { z } from 'zod';

/** What this home holds. */
export const MarketProfile = z.strictObject({
  simulated: z.boolean(),
  /** At which instant the market's clock stands, or has been played to; null: it is the wall clock. */
  asOfMs: z.int().nullable(),
  /** A simulated market that is played, faster than the wall clock: until when, and how it is made again. Null: nothing is played. */
  played: z
    .strictObject({ untilMs: z.int(), symbols: z.int(), sessions: z.int(), hourlySessions: z.int() })
    .nullable()
    .default(null),
});
export type MarketProfile = z.infer<typeof MarketProfile>;
const PROFILE: StoredForm<MarketProfile> = { what: 'profile of the market', v: 1, schema: MarketProfile };

/** `live`: by the wall clock. `played`: a past market whose jobs are done one after another. `frozen`: it stands still. */
export type ClockKind = 'live' | 'played' | 'frozen';

/**
 * The kind of a home's now.
 *
 * @example clockKindOf({ asOfMs: 0, played: null }) // 'frozen'
 */
export const clockKindOf = ({ asOfMs, played }: Pick<MarketProfile, 'asOfMs' | 'played'>): ClockKind =>
  asOfMs === null ? 'live' : played === null ? 'frozen' : 'played';

/** The product's now, and what kind of now it is. */
export interface MarketTime {
  readonly clock: Clock;
  kind(): ClockKind;
}

/** The time of a host that plays nothing itself. */
export const marketTimeOf = (profile: MarketProfile, wall: Clock): MarketTime => ({
  clock: clockOf(profile, wall),
  kind: () => clockKindOf(profile),
});

const key = { table: 'product', pk: 'MARKET#NSE', sk: 'PROFILE' } as const;

/**
 * What the home holds; before anything said so, real data under the wall clock.
 *
 * @example const clock = clockOf(await loadProfile(items), systemClock);
 */
export async function loadProfile(items: ItemTable): Promise<MarketProfile> {
  return bodyOf(await items.get(key), PROFILE) ?? { simulated: false, asOfMs: null, played: null };
}

/**
 * Says what the home holds. It takes effect with the next host that is composed over it.
 *
 * @example await saveProfile(items, { simulated: true, asOfMs: Date.parse('2026-02-27T12:00:00Z') });
 */
export async function saveProfile(items: ItemTable, profile: z.input<typeof MarketProfile>): Promise<void> {
  await items.put({ ...key, v: PROFILE.v, body: MarketProfile.parse(profile) });
}

/**
 * The product's clock: starts at the frozen instant and runs on from there, so that durations and order stay true.
 *
 * @example clockOf({ simulated: true, asOfMs: Date.parse('2026-02-27T12:00:00Z') }, wall).nowMs() // that instant, then onwards
 */
export function clockOf(profile: MarketProfile, wall: Clock): Clock {
  return profile.asOfMs === null ? wall : makeOffsetClock(profile.asOfMs, wall);
}
