import { makeOffsetClock, type Clock, type ItemTable } from '@aion/core';
import { z } from 'zod';

/** What this home holds: whether its market is simulated, and at which instant its clock stands (null: the wall clock). */
export const MarketProfile = z.strictObject({ simulated: z.boolean(), asOfMs: z.int().nullable() });
export type MarketProfile = z.infer<typeof MarketProfile>;

const key = { table: 'product', pk: 'MARKET#NSE', sk: 'PROFILE' } as const;

export async function loadProfile(items: ItemTable): Promise<MarketProfile> {
  const found = await items.get(key);
  return found === undefined ? { simulated: false, asOfMs: null } : MarketProfile.parse(found.body);
}

export async function saveProfile(items: ItemTable, profile: MarketProfile): Promise<void> {
  await items.put({ ...key, v: 1, body: profile });
}

/** The product's clock: starts at the frozen instant and runs on from there, so that durations and order stay true. */
export function clockOf(profile: MarketProfile, wall: Clock): Clock {
  return profile.asOfMs === null ? wall : makeOffsetClock(profile.asOfMs, wall);
}
