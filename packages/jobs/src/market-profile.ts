import { makeOffsetClock, type Clock, type ItemTable } from '@aion/core';
import { z } from 'zod';

/** What this home holds: whether its market is simulated, and at which instant its clock stands (null: the wall clock). */
export const MarketProfile = z.strictObject({ simulated: z.boolean(), asOfMs: z.int().nullable() });
export type MarketProfile = z.infer<typeof MarketProfile>;

const key = { table: 'product', pk: 'MARKET#NSE', sk: 'PROFILE' } as const;

/**
 * What the home holds; before anything said so, real data under the wall clock.
 *
 * @example const clock = clockOf(await loadProfile(items), systemClock);
 */
export async function loadProfile(items: ItemTable): Promise<MarketProfile> {
  const found = await items.get(key);
  return found === undefined ? { simulated: false, asOfMs: null } : MarketProfile.parse(found.body);
}

/** Says what the home holds. It takes effect with the next host that is composed over it. */
export async function saveProfile(items: ItemTable, profile: MarketProfile): Promise<void> {
  await items.put({ ...key, v: 1, body: profile });
}

/**
 * The product's clock: starts at the frozen instant and runs on from there, so that durations and order stay true.
 *
 * @example clockOf({ simulated: true, asOfMs: Date.parse('2026-02-27T12:00:00Z') }, wall).nowMs() // that instant, then onwards
 */
export function clockOf(profile: MarketProfile, wall: Clock): Clock {
  return profile.asOfMs === null ? wall : makeOffsetClock(profile.asOfMs, wall);
}
