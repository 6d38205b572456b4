import {
  CHART_TIMEFRAMES,
  FLAGS,
  SIGNAL_STATUSES,
  GATE_RESULTS,
  OPINIONS,
  READINESS_STATES,
  SIDES,
  STOP_BASES,
  TARGET_BASES,
} from '@aion/core/vocabulary';
import { z } from 'zod';
import { Badge, Currency, Exchange, Instant, ReasonCount, SessionDay, Tier } from './common.ts';

export const Side = z.enum(SIDES);
export type Side = z.infer<typeof Side>;

/** Prices are integers in minor units (paise, cents). SELL means exit or avoid and has no plan. */
export const BasicPlan = z.strictObject({
  entryLowMinor: z.int(),
  entryHighMinor: z.int(),
  stopMinor: z.int(),
  firstTargetMinor: z.int(),
});
export type BasicPlan = z.infer<typeof BasicPlan>;
export const FullPlan = BasicPlan.extend({
  /** Under a support of the structure, or at a distance in average ranges. */
  /** Absent, as the next, in plans that were published before they were kept. */
  stopBasis: z.enum(STOP_BASES).optional(),
  /** The whole exits at the first; later ones say how far the forecast reaches. */
  targetsMinor: z.array(z.int()),
  /** Where the first target is from: resting liquidity, a multiple of the risk, the edge of the forecast's band. */
  targetBasis: z.enum(TARGET_BASES).optional(),
  /** Reward to the first target over risk to the stop, at the worst fill: the top of the entry zone. */
  rewardRiskRatio: z.number(),
  validUntil: SessionDay,
});
export type FullPlan = z.infer<typeof FullPlan>;

export const SignalStatus = z.enum(SIGNAL_STATUSES);
export type SignalStatus = z.infer<typeof SignalStatus>;

/** `title` is plain language: "stands on a fresh bullish order block". */
export const Reason = z.strictObject({ code: z.string(), title: z.string() });
export type Reason = z.infer<typeof Reason>;

/** What the hourly refinement found, with the figures that its sentence needs; `readinessWords` makes the sentence. */
export const ReadinessReason = z.discriminatedUnion('code', [
  /** Nothing was looked at: the share has no hourly bars, or none of this session. */
  z.strictObject({ code: z.literal('no_intraday'), bars: z.enum(['none', 'stale']) }),
  z.strictObject({ code: z.literal('hourly_trend'), trend: z.enum(['up', 'not_up', 'too_few_bars']) }),
  z.strictObject({ code: z.literal('four_hour_trend'), trend: z.enum(['not_down', 'down', 'too_few_bars']) }),
  /** Whether a bullish break or sweep of the hourly structure is at most ten bars old. */
  z.strictObject({ code: z.literal('micro_confirmation'), confirmed: z.boolean() }),
  /** Where the newest hourly close is. */
  z.strictObject({ code: z.enum(['above_entry', 'in_entry_zone', 'below_entry', 'below_stop']) }),
  z.strictObject({ code: z.literal('expired'), validUntil: SessionDay }),
  /** A measure of the exchange bars entries now. */
  z.strictObject({
    code: z.literal('measure'),
    flag: z.enum(FLAGS),
    detail: z.string().nullable(),
  }),
  /** The company decides on its results on that day; the signal was made without them. */
  z.strictObject({ code: z.literal('results'), on: SessionDay }),
  /** Of a refinement that was stored with a sentence which no code says: the sentence as it stands, and the code it had. */
  z.strictObject({ code: z.literal('sentence'), of: z.string(), text: z.string() }),
]);
export type ReadinessReason = z.infer<typeof ReadinessReason>;

export const Readiness = z.strictObject({
  state: z.enum(READINESS_STATES),
  reasons: z.array(ReadinessReason),
  asOf: Instant,
});
export type Readiness = z.infer<typeof Readiness>;

const signalCommon = {
  id: z.string(),
  exchange: Exchange,
  currency: Currency,
  /** 1 is the strongest of its run. */
  rank: z.int().min(1),
  symbol: z.string(),
  name: z.string().nullable(),
  sector: z.string().nullable(),
  side: Side,
  sessionDate: SessionDay,
  publishedAt: Instant,
  status: SignalStatus,
  badges: z.array(Badge),
  /** What the exchange or the calendar of results asks to heed, for every tier. */
  warnings: z.array(Reason).default([]),
};

/** What basic sees: direction, entry, stop, first target. */
export const BasicSignal = z.strictObject({
  access: z.literal('basic'),
  ...signalCommon,
  plan: BasicPlan.nullable(),
});
export type BasicSignal = z.infer<typeof BasicSignal>;

export const ModelVote = z.strictObject({
  model: z.string(),
  version: z.string(),
  vote: z.enum(OPINIONS),
  /** Probability in [0,1], or null where the model gives a return only. */
  upProb: z.number().nullable(),
  /** Forecast gross return over ten sessions. */
  returnFrac: z.number().nullable(),
});
export type ModelVote = z.infer<typeof ModelVote>;

export const FullSignal = z.strictObject({
  access: z.literal('full'),
  ...signalCommon,
  plan: FullPlan.nullable(),
  /** Model confidence: the models' weighted probability that the proposed side wins. Not calibrated. */
  confidence: z.number(),
  votes: z.array(ModelVote),
  /** The veto's probability that this signal fails. */
  failProb: z.number(),
  vetoDecision: z.enum(GATE_RESULTS),
  smcFlags: z.array(Reason),
  reasons: z.array(Reason),
  readiness: Readiness.nullable(),
  lastCloseMinor: z.int(),
  /** Last 30 adjusted closes, oldest first, in minor units. */
  sparkMinor: z.array(z.int()),
});
export type FullSignal = z.infer<typeof FullSignal>;

export const Signal = z.discriminatedUnion('access', [BasicSignal, FullSignal]);
export type Signal = z.infer<typeof Signal>;

export const MarketRegime = z.strictObject({
  trend: z.enum(['up', 'down', 'sideways']),
  volatility: z.enum(['calm', 'normal', 'high']),
  riskOn: z.boolean(),
  /** Share of the universe whose close is above its 50-day EMA. */
  breadthFrac: z.number(),
  advancers: z.int(),
  decliners: z.int(),
  index: z.strictObject({ name: z.string(), close: z.number(), changeFrac: z.number() }).nullable(),
  volatilityIndex: z.strictObject({ name: z.string(), close: z.number(), changeFrac: z.number() }).nullable(),
});
export type MarketRegime = z.infer<typeof MarketRegime>;

export const RunSummary = z.strictObject({
  symbolsRead: z.int(),
  quarantinedRows: z.int(),
  quarantined: z.array(ReasonCount),
  universe: z.int(),
  /** Symbols that did not reach the models, by reason. */
  rejected: z.array(ReasonCount),
  buy: z.int(),
  sell: z.int(),
  hold: z.int(),
  /** Symbols that reached the models and were held or blocked, by reason. */
  held: z.array(ReasonCount),
  signalsHash: z.string(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const LatestSignals = z.strictObject({
  exchange: Exchange,
  sessionDate: SessionDay,
  revision: z.int(),
  runId: z.string(),
  snapshotId: z.string(),
  publishedAt: Instant,
  tier: Tier,
  badges: z.array(Badge),
  regime: MarketRegime,
  run: RunSummary,
  /** How many signals the run has in all. */
  total: z.int(),
  /** What a higher tier would show; null when nothing is hidden. Holds counts and names of fields only. */
  gated: z.strictObject({ hiddenSignals: z.int(), hiddenFields: z.array(z.string()), unlockTier: Tier }).nullable(),
  /** When the readiness overlay was last made; null before the first hourly run and for basic. */
  readinessAsOf: Instant.nullable(),
  signals: z.array(Signal),
  nextCursor: z.string().nullable(),
});
export type LatestSignals = z.infer<typeof LatestSignals>;

export const ChartTimeframe = z.enum(CHART_TIMEFRAMES);
export type ChartTimeframe = z.infer<typeof ChartTimeframe>;
/** `time` is a session date for D, W, M and epoch seconds (UTC) of the bar's opening for 1H, 4H. Adjusted prices, major units. */
export const ChartBar = z.strictObject({
  time: z.union([SessionDay, z.int()]),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volumeShares: z.number(),
});
export type ChartBar = z.infer<typeof ChartBar>;

const markTime = z.union([SessionDay, z.int()]);
/** A Smart Money Concepts mark. It appears at `knownAt`, the bar at whose close it was known. */
export const ChartMark = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('zone'),
    concept: z.enum(['order_block', 'fair_value_gap']),
    side: z.enum(['bull', 'bear']),
    from: markTime,
    to: markTime.nullable(),
    knownAt: markTime,
    low: z.number(),
    high: z.number(),
    state: z.string(),
    /** The states it went through with when each was known, oldest first. Charts stored before this was kept have none. */
    states: z.array(z.strictObject({ state: z.string(), at: markTime })).default([]),
  }),
  z.strictObject({
    kind: z.literal('break'),
    concept: z.enum(['BOS', 'CHoCH', 'MSS']),
    side: z.enum(['bull', 'bear']),
    from: markTime,
    to: markTime,
    knownAt: markTime,
    price: z.number(),
  }),
  z.strictObject({
    kind: z.literal('sweep'),
    side: z.enum(['bull', 'bear']),
    at: markTime,
    knownAt: markTime,
    price: z.number(),
  }),
  z.strictObject({
    kind: z.literal('pivot'),
    side: z.enum(['high', 'low']),
    at: markTime,
    knownAt: markTime,
    price: z.number(),
  }),
  /** Liquidity that rests above highs or below lows: no bar has reached the price since. */
  z.strictObject({
    kind: z.literal('level'),
    side: z.enum(['high', 'low']),
    at: markTime,
    knownAt: markTime,
    price: z.number(),
  }),
  /** The dealing range at the last bar: above its middle is premium, below it discount. */
  z.strictObject({
    kind: z.literal('range'),
    from: markTime,
    knownAt: markTime,
    low: z.number(),
    high: z.number(),
  }),
]);
export type ChartMark = z.infer<typeof ChartMark>;

export const SignalDetail = z.strictObject({
  signal: Signal,
  /** Charts by time frame; one without bars is absent and its reason stands in `missingTimeframes`. */
  charts: z.partialRecord(ChartTimeframe, z.strictObject({ bars: z.array(ChartBar), marks: z.array(ChartMark) })),
  missingTimeframes: z.array(z.strictObject({ timeframe: ChartTimeframe, reason: z.string() })),
  /** Null for tiers that do not see it; `gated` then says what it would show. */
  why: z
    .strictObject({
      summary: z.string(),
      whatWouldChange: z.array(z.string()),
      /** What alerts of the last sessions say of the share, the newest first; they decide nothing. */
      now: z.array(z.strictObject({ type: z.string(), title: z.string(), at: Instant, score: z.number() })).default([]),
      /** Forecast band of the close ten sessions ahead, minor units, 10 % and 90 % quantiles. */
      band: z.strictObject({ horizonSessions: z.int(), lowMinor: z.int(), medianMinor: z.int(), highMinor: z.int() }),
      /** The model's inputs by name with value and a plain title. */
      context: z.array(z.strictObject({ name: z.string(), value: z.number().nullable(), title: z.string() })),
    })
    .nullable(),
  history: z.array(z.strictObject({ at: Instant, state: z.string(), title: z.string() })),
  gated: z.strictObject({ hiddenFields: z.array(z.string()), unlockTier: Tier }).nullable(),
  disclaimer: z.string(),
});
export type SignalDetail = z.infer<typeof SignalDetail>;
