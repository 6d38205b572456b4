import { FLAGS, EpochMs, hashOf, shortId, Ticker } from '@aion/core';
import { z } from 'zod';

const Provenance = z.strictObject({ source: z.string(), url: z.string(), fetchedMs: EpochMs, sha256: z.string() });

/** When it happened, and when it could first be known: only the second decides what may be used. */
const base = {
  /** Follows from the content and `knownMs`. */
  id: z.string(),
  source: z.string(),
  symbols: z.array(Ticker),
  eventMs: z.int(),
  knownMs: EpochMs,
  provenance: Provenance,
  /** Whether a page may show it to subscribers. */
  redistributable: z.boolean(),
};
const Text = z.string().max(20_000);
const Figure = z.number();

export const NewsItem = z.strictObject({
  ...base,
  kind: z.literal('news'),
  /** The vendor's own id: an update of the same story keeps it. */
  storyId: z.string(),
  headline: Text,
  summary: Text.nullable(),
  url: z.string().nullable(),
  publisher: z.string().nullable(),
});
export type NewsItem = z.infer<typeof NewsItem>;

/** A post's words and time; nobody's name. */
export const SocialPost = z.strictObject({
  ...base,
  kind: z.literal('social'),
  postId: z.string(),
  channel: z.string().nullable(),
  text: Text,
});
export type SocialPost = z.infer<typeof SocialPost>;

export const MacroObservation = z.strictObject({
  ...base,
  kind: z.literal('macro'),
  series: z.string().regex(/^[A-Z0-9_.-]{1,40}$/),
  /** First day of what was measured; `eventMs` is its midnight in UTC. */
  period: z.iso.date(),
  /** Null where the source says that there is none. */
  value: Figure.nullable(),
  /**
   * `published`: the value as it stood from `knownMs` on. `assumed`: today's value, perhaps revised since, with an assumed delay: a
   * backtest on it knows a little of the future.
   */
  vintage: z.enum(['published', 'assumed']),
});
export type MacroObservation = z.infer<typeof MacroObservation>;

export const RatingChange = z.strictObject({
  ...base,
  kind: z.literal('rating'),
  firm: z.string(),
  analyst: z.string().nullable(),
  action: z.string(),
  ratingBefore: z.string().nullable(),
  ratingAfter: z.string().nullable(),
  targetBefore: Figure.nullable(),
  targetAfter: Figure.nullable(),
  currency: z.string(),
});
export type RatingChange = z.infer<typeof RatingChange>;

/** A release in the calendar; before it, `actual` is null. */
export const EconomicEvent = z.strictObject({
  ...base,
  kind: z.literal('economic_event'),
  country: z.string(),
  name: z.string(),
  period: z.string().nullable(),
  actual: Figure.nullable(),
  consensus: Figure.nullable(),
  prior: Figure.nullable(),
  unit: z.string().nullable(),
  importance: z.int().nullable(),
});
export type EconomicEvent = z.infer<typeof EconomicEvent>;

/** Figures of a company as a vendor gave them; `eventMs` is the end of the period that they are of. */
export const FundamentalSnapshot = z.strictObject({
  ...base,
  kind: z.literal('fundamental'),
  currency: z.string().nullable(),
  metrics: z.record(z.string(), Figure),
});
export type FundamentalSnapshot = z.infer<typeof FundamentalSnapshot>;

export const InsiderTrade = z.strictObject({
  ...base,
  kind: z.literal('insider_trade'),
  filingId: z.string(),
  person: z.string(),
  role: z.string().nullable(),
  /** `other`: gifts, grants, exercises, pledges: no opinion on the price. */
  side: z.enum(['buy', 'sell', 'other']),
  shares: Figure.positive(),
  price: Figure.nonnegative().nullable(),
  currency: z.string(),
});
export type InsiderTrade = z.infer<typeof InsiderTrade>;

const OptionQuote = z.strictObject({
  expiry: z.iso.date(),
  strike: Figure.positive(),
  type: z.enum(['call', 'put']),
  openInterest: Figure.nonnegative(),
  volume: Figure.nonnegative(),
  /** Implied volatility a year as a fraction; null where nothing was traded. */
  volatilityFrac: Figure.nullable(),
  last: Figure.nullable(),
});
export const OptionChainSnapshot = z.strictObject({
  ...base,
  kind: z.literal('option_chain'),
  underlying: Figure.positive(),
  quotes: z.array(OptionQuote),
});
export type OptionChainSnapshot = z.infer<typeof OptionChainSnapshot>;

export type FlagName = (typeof FLAGS)[number];

/** What bars or limits an entry. In force from `fromMs` (also `eventMs`) until `untilMs`; null: until further notice. */
export const FlagRecord = z.strictObject({
  ...base,
  kind: z.literal('flag'),
  flag: z.enum(FLAGS),
  fromMs: EpochMs,
  untilMs: EpochMs.nullable(),
  /** The stage of a surveillance measure, the band in percent, the purpose of a meeting. */
  detail: z.string().nullable(),
});
export type FlagRecord = z.infer<typeof FlagRecord>;

export const DataRecord = z.discriminatedUnion('kind', [
  NewsItem,
  SocialPost,
  MacroObservation,
  RatingChange,
  EconomicEvent,
  FundamentalSnapshot,
  InsiderTrade,
  OptionChainSnapshot,
  FlagRecord,
]);
export type DataRecord = z.infer<typeof DataRecord>;
export type RecordKind = DataRecord['kind'];
export type RecordOf<K extends RecordKind> = Extract<DataRecord, { kind: K }>;

type Draft<T> = T extends DataRecord ? Omit<T, 'id'> : never;
export type RecordDraft = Draft<DataRecord>;

/** Hash of what a record says, whoever fetched it and whenever it became known. */
export function contentHash(record: RecordDraft | DataRecord): string {
  const { provenance: _, knownMs: __, ...said } = record;
  return hashOf({ ...said, id: null });
}

/** Gives a record its id. */
export function sealRecord<T extends RecordDraft>(draft: T): T & { readonly id: string } {
  return { ...draft, id: shortId(hashOf([contentHash(draft), draft.knownMs]), 24) };
}

/** What a record is about: of two with the same subject the one that became known later corrects the other. */
export function subjectOf(record: DataRecord): string {
  switch (record.kind) {
    case 'news':
      return `${record.source} ${record.storyId}`;
    case 'social':
      return `${record.source} ${record.postId}`;
    case 'macro':
      return `${record.series} ${record.period}`;
    case 'economic_event':
      return `${record.source} ${record.country} ${record.name} ${record.period ?? ''} ${record.eventMs}`;
    case 'fundamental':
      return `${record.source} ${record.symbols.join(' ')} ${record.eventMs}`;
    case 'flag':
      return `${record.flag} ${record.symbols.join(' ')} ${record.fromMs}`;
    case 'rating':
    case 'insider_trade':
    case 'option_chain':
      return record.id;
    default:
      throw new Error(`no subject for ${String(record satisfies never)}`);
  }
}
