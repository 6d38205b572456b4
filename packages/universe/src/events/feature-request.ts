import { EXCHANGES, AppError, EpochMs, hashOf, SessionDate, shortId, type Queue } from '@aion/core';
import { z } from 'zod';

export const FEATURE_GROUPS = [
  'price_action',
  'technical',
  'smart_money',
  'microstructure',
  'cross_asset',
  'sentiment',
  'fundamental',
] as const;

/** Features of a symbol that an alert asks for. */
export const FeatureRequest = z.strictObject({
  /** Follows from symbol, moment and groups: the same request twice is one. */
  id: z.string(),
  exchange: z.enum(EXCHANGES),
  symbol: z.string(),
  sessionDate: SessionDate,
  asOfMs: EpochMs,
  groups: z.array(z.enum(FEATURE_GROUPS)).min(1),
  /** In [0, 1]; 1 is worked first. */
  priority: z.number().min(0).max(1),
  alertIds: z.array(z.string()),
});
export type FeatureRequest = z.infer<typeof FeatureRequest>;

/** Lanes of one durable queue each, the most urgent first. A queue keeps no priorities, so each lane is a queue. */
export const LANES = ['urgent', 'normal', 'idle'] as const;
export type Lane = (typeof LANES)[number];
export type FeatureQueues = Readonly<Record<Lane, Queue>>;

/** The lane of a priority: a third of the range each. */
export const laneOf = (priority: number): Lane =>
  priority >= 2 / 3 ? 'urgent' : priority >= 1 / 3 ? 'normal' : 'idle';

/**
 * Checks a request and gives it its id, a hash of what is asked. Priority and alerts are not part of it, so the same request for another
 * reason is one.
 */
export function sealRequest(draft: Omit<FeatureRequest, 'id'>): FeatureRequest {
  const { priority: _, alertIds: __, ...asked } = draft;
  return FeatureRequest.parse({ ...draft, id: shortId(hashOf({ ...asked, groups: [...asked.groups].sort() }), 24) });
}

/** Reads a queued request. Throws AppError(corrupt) for a body that is not a request. */
export function parseRequest(body: string): FeatureRequest {
  try {
    return FeatureRequest.parse(JSON.parse(body));
  } catch (cause) {
    throw new AppError('corrupt', 'a queued feature request cannot be read; it will be set aside', { cause });
  }
}
