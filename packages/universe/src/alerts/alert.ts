import { EpochMs, hashOf, SessionDate, shortId } from '@aion/core';
import { z } from 'zod';

export const ALERT_TYPES = [
  'unusual_volume',
  'price_breakout',
  'momentum_shift',
  'insider_buying',
  'options_flow',
  'news_sentiment',
  'social_sentiment',
  'market_correlation',
  'sector_rotation',
] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

/** Something that happened to a symbol and may be worth a closer look. It decides no trade. */
export const Alert = z.strictObject({
  /** Follows from session, symbol, type and source: what is raised again of the same, with other figures, is the same alert. Of one exchange. */
  id: z.string(),
  symbol: z.string().min(1),
  type: z.enum(ALERT_TYPES),
  /** When it was known: the close of its bar, or the newest record behind it. */
  atMs: EpochMs,
  sessionDate: SessionDate,
  score: z.number().min(0).max(1),
  /** What raised it: `scan:breakout-20`, `scan:breakout-20@hourly`, `records:insider_trade` … */
  source: z.string().min(1),
  /** 1: patterns of price and volume; 2: catalysts. */
  layer: z.union([z.literal(1), z.literal(2)]),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type Alert = z.infer<typeof Alert>;

/** Checks an alert and gives it its id. Throws when its score or another part is out of its range. */
export function sealAlert(draft: Omit<Alert, 'id'>): Alert {
  const { sessionDate, symbol, type, source } = draft;
  return Alert.parse({ ...draft, id: shortId(hashOf({ sessionDate, symbol, type, source }), 24) });
}

/** A score as it is kept: four digits, within [0, 1]. */
export const scoreOf = (value: number): number => Math.round(1e4 * Math.min(1, Math.max(0, value))) / 1e4;
