import { FIGURE_UNITS, PART_STATES, SCAN_ENTRIES, SCAN_FAMILIES } from '@aion/core/vocabulary';
import { z } from 'zod';
import { Badge, Exchange, Instant, SessionDay, Tier } from './common.ts';

export const ScanFamily = z.enum(SCAN_FAMILIES);
export type ScanFamily = z.infer<typeof ScanFamily>;

/** A scan, or a preset: several scans behind the gates, cut to its strongest. Ids of both share one name space. */
export const ScanSummary = z.strictObject({
  id: z.string(),
  kind: z.enum(SCAN_ENTRIES),
  /** Null for presets. */
  family: ScanFamily.nullable(),
  title: z.string(),
  /** What it means, in one sentence. */
  meaning: z.string(),
  /** Symbols that matched on the session, whatever the tier sees of them. */
  matches: z.int().min(0),
  /** Of a preset the ids of its scans; of a scan none. */
  scans: z.array(z.string()),
});
export type ScanSummary = z.infer<typeof ScanSummary>;

/** `GET /v1/scans`: what can be looked at, with the counts of the newest session (or of `?date=`). */
export const ScanList = z.strictObject({
  exchange: Exchange,
  sessionDate: SessionDay,
  scannedAt: Instant,
  tier: Tier,
  badges: z.array(Badge),
  /** Symbols that were looked at, and those that could not be. */
  symbols: z.int().min(0),
  failedSymbols: z.int().min(0),
  /** Which of them could not be and why, at most a hundred. Null: told to administrators only. */
  failures: z.array(z.strictObject({ symbol: z.string(), reason: z.string() })).nullable(),
  scans: z.array(ScanSummary),
  presets: z.array(ScanSummary),
  /** For the filter, sorted. */
  sectors: z.array(z.string()),
  /** Sessions that can be asked for with `?date=`, newest first. */
  sessions: z.array(SessionDay),
  /** Rows of each scan that the tier sees; null: all of them. */
  visibleRows: z.int().nullable(),
  unlockTier: Tier.nullable(),
});
export type ScanList = z.infer<typeof ScanList>;

/** One figure that a scan rests on. `unit`: how to show it; `frac` is a fraction to show in percent. */
export const ScanFigure = z.strictObject({
  name: z.string(),
  title: z.string(),
  value: z.number().nullable(),
  unit: z.enum(FIGURE_UNITS),
});
export type ScanFigure = z.infer<typeof ScanFigure>;

/** One condition in words with both figures: "RSI 14 is 71.2, above 70". `unknown`: there is no value, and the words say why. */
export const ScanReason = z.strictObject({ state: z.enum(PART_STATES), title: z.string() });
export type ScanReason = z.infer<typeof ScanReason>;

export const ScanRow = z.strictObject({
  /** 1 is the strongest by the scan's own order. */
  rank: z.int().min(1),
  symbol: z.string(),
  name: z.string().nullable(),
  sector: z.string().nullable(),
  /** Last close in minor units. */
  closeMinor: z.int(),
  /** Against the close before; null for the first bar. */
  changeFrac: z.number().nullable(),
  figures: z.array(ScanFigure),
  reasons: z.array(ScanReason),
  /** Ids of the other scans that matched. */
  alsoIn: z.array(z.string()),
});
export type ScanRow = z.infer<typeof ScanRow>;

/** `GET /v1/scans/{id}?date=&cursor=&limit=&symbol=&sector=`: the rows of one scan or preset. */
export const ScanPage = z.strictObject({
  exchange: Exchange,
  sessionDate: SessionDay,
  scannedAt: Instant,
  tier: Tier,
  badges: z.array(Badge),
  scan: ScanSummary,
  /** Rows behind the filters that the tier sees. */
  total: z.int().min(0),
  /** Rows that a higher tier would show more; null when nothing is hidden. */
  gated: z.strictObject({ hiddenRows: z.int(), unlockTier: Tier }).nullable(),
  rows: z.array(ScanRow),
  nextCursor: z.string().nullable(),
  /**
   * With `?symbol=` of exactly one symbol that was scanned: why it passed or not. Null otherwise, and for tiers that see
   * the first rows only.
   */
  verdict: z
    .strictObject({
      symbol: z.string(),
      state: z.enum(['matched', 'failed', 'unknown', 'gated', 'cut']),
      reasons: z.array(ScanReason),
    })
    .nullable(),
});
export type ScanPage = z.infer<typeof ScanPage>;

/** Query of `GET /v1/scans/{id}`. `symbol` matches the beginning of a symbol, whatever its case. */
export const ScanQuery = z.strictObject({
  date: SessionDay.optional(),
  symbol: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9&_.-]{1,32}$/, 'expected a symbol or its beginning')
    .optional(),
  sector: z.string().trim().min(1).max(80).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional(),
  tier: Tier.optional(),
});
export type ScanQuery = z.infer<typeof ScanQuery>;
