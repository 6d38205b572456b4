import {
  readinessWords,
  type Badge,
  type BasicSignal,
  type FullSignal,
  type LatestSignals,
  type Readiness as ReadinessDto,
  type RunSummary,
  type Signal as SignalDto,
  SignalDetail,
  type Tier,
} from '@aion/contracts';
import { type Standing, toIso, type Exchange } from '@aion/core';
import type { z } from 'zod';
import type { MarketRegime } from './market-regime.ts';
import type { PublishedSignal, Readiness } from './signal.ts';
import type { WhyNow } from './why-now.ts';

/** How many signals basic sees: the strongest of the run. */
export const BASIC_SIGNALS = 5;
export const FULL_ONLY_FIELDS = [
  'confidence',
  'later targets',
  'model votes',
  'reasons',
  'smart-money flags',
  'hourly readiness',
  'forecast band',
];
export const DISCLAIMER =
  'For information only; not investment advice and no promise of results. Markets carry risk: you can lose money. Past and simulated results say nothing certain about the future.';

/** One published run before any tier is applied. Leaves this module only through the functions below. */
export interface PublishedRun {
  readonly exchange: Exchange;
  readonly sessionDate: string;
  readonly revision: number;
  readonly runId: string;
  readonly snapshotId: string;
  readonly publishedAtMs: number;
  readonly regime: MarketRegime;
  readonly summary: RunSummary;
  readonly signals: readonly PublishedSignal[];
  readonly badges: readonly Badge[];
}

/** What must stand beside signals of such models or of an invented market wherever they are shown. */
export function badgesOf(standing: Standing, simulated: boolean): Badge[] {
  return [
    ...(simulated ? (['SIMULATED'] as const) : []),
    ...(standing === 'stub' ? (['STUB'] as const) : []),
    ...(standing === 'experimental' ? (['EXPERIMENTAL'] as const) : []),
  ];
}

/** The list that a tier may see. This and `shapeDetail` are the only ways from a published run to anything that is sent. */
export function shapeLatest(run: PublishedRun, tier: Tier): LatestSignals {
  const ordered = [...run.signals].sort((a, b) => a.signal.rank - b.signal.rank);
  const visible = tier === 'basic' ? ordered.slice(0, BASIC_SIGNALS) : ordered;
  return {
    exchange: run.exchange,
    sessionDate: run.sessionDate,
    revision: run.revision,
    runId: run.runId,
    snapshotId: run.snapshotId,
    publishedAt: toIso(run.publishedAtMs),
    tier,
    badges: [...run.badges],
    regime: run.regime,
    run: run.summary,
    total: ordered.length,
    gated:
      tier === 'basic'
        ? { hiddenSignals: ordered.length - visible.length, hiddenFields: [...FULL_ONLY_FIELDS], unlockTier: 'pro' }
        : null,
    readinessAsOf: null,
    signals: visible.map((entry) => shapeSignal(entry, tier)),
    nextCursor: null,
  };
}

/** Whether a tier sees a signal at all: basic sees the first few ranks of a session only. */
export function maySee(entry: PublishedSignal, tier: Tier): boolean {
  return tier !== 'basic' || entry.signal.rank <= BASIC_SIGNALS;
}

/** A signal with the fields that a tier may see. Whether it may see the signal at all is `maySee`'s to say. */
export function shapeSignal(entry: PublishedSignal, tier: Tier): SignalDto {
  return tier === 'basic' ? toBasic(entry) : toFull(entry);
}

function common(entry: PublishedSignal) {
  const { signal } = entry;
  return {
    id: signal.id,
    exchange: signal.exchange,
    currency: signal.currency,
    rank: signal.rank,
    symbol: signal.symbol,
    name: signal.name,
    sector: signal.sector,
    side: signal.side,
    sessionDate: signal.sessionDate,
    publishedAt: toIso(entry.publishedAtMs),
    status: entry.status,
    badges: badgesOf(signal.standing, signal.simulated),
    warnings: (signal.warnings ?? []).map((warning) => ({ ...warning })),
  };
}

function toBasic(entry: PublishedSignal): BasicSignal {
  const { plan } = entry.signal;
  return {
    access: 'basic',
    ...common(entry),
    plan:
      plan === null
        ? null
        : {
            entryLowMinor: plan.entryLowMinor,
            entryHighMinor: plan.entryHighMinor,
            stopMinor: plan.stopMinor,
            firstTargetMinor: plan.targetsMinor[0]!,
          },
  };
}

function toFull(entry: PublishedSignal): FullSignal {
  const { signal } = entry;
  const { plan } = signal;
  return {
    access: 'full',
    ...common(entry),
    plan:
      plan === null ? null : { ...plan, firstTargetMinor: plan.targetsMinor[0]!, targetsMinor: [...plan.targetsMinor] },
    confidence: signal.confidence,
    votes: signal.votes.map((vote) => ({ ...vote })),
    failProb: signal.failProb,
    vetoDecision: signal.vetoDecision,
    smcFlags: signal.smcFlags.map((flag) => ({ ...flag })),
    reasons: signal.reasons.map((reason) => ({ ...reason })),
    readiness: null,
    lastCloseMinor: signal.lastCloseMinor,
    sparkMinor: [...signal.sparkMinor],
  };
}

/** A readiness as the API sends it, its instant in ISO 8601. */
export function toReadinessDto(readiness: Readiness): ReadinessDto {
  return {
    state: readiness.state,
    reasons: readiness.reasons.map((reason) => ({ ...reason })),
    asOf: toIso(readiness.asOfMs),
  };
}

/**
 * Lays the readiness overlay over a list. Tiers without hourly refinement get the list unchanged; so does a list that was
 * published after the last refinement, since none of its signals has a readiness yet.
 */
export function withReadiness(
  latest: LatestSignals,
  overlay: ReadonlyMap<string, Readiness>,
  asOfMs: number,
): LatestSignals {
  if (latest.tier === 'basic' || !latest.signals.some((signal) => overlay.has(signal.id))) return latest;
  return {
    ...latest,
    readinessAsOf: toIso(asOfMs),
    signals: latest.signals.map((signal) => {
      const readiness = overlay.get(signal.id);
      return signal.access === 'full' && readiness !== undefined
        ? { ...signal, readiness: toReadinessDto(readiness) }
        : signal;
    }),
  };
}

/** The charts of one signal, as they are stored with its run and sent with it. */
export const ChartSet = SignalDetail.pick({ charts: true, missingTimeframes: true });
export type ChartSet = z.infer<typeof ChartSet>;

/** Refinements in order, those that said the same in a row as one: the newest of them, and how many there were. */
function readinessHistory(readiness: readonly Readiness[]): SignalDetail['history'] {
  const entries: { at: string; state: string; words: string; times: number }[] = [];
  for (const { asOfMs, state, reasons } of readiness) {
    const words = reasons.map(readinessWords).join('; ');
    const last = entries.at(-1);
    if (last?.state === state && last.words === words)
      Object.assign(last, { at: toIso(asOfMs), times: last.times + 1 });
    else entries.push({ at: toIso(asOfMs), state, words, times: 1 });
  }
  return entries.map(({ at, state, words, times }) => ({
    ...{ at, state },
    title: times === 1 ? words : `${words} (${times} times in a row)`,
  }));
}

/** One signal with its charts. Basic gets the plain daily candles: no marks, no other time frames, no why. */
export function shapeDetail(
  entry: PublishedSignal,
  tier: Tier,
  charts: ChartSet,
  readiness: readonly Readiness[],
  whyNow?: WhyNow,
): SignalDetail {
  const { signal } = entry;
  const history = [
    {
      at: toIso(entry.publishedAtMs),
      state: 'PUBLISHED',
      title: `published as revision ${entry.revision} of ${signal.sessionDate}`,
    },
  ];
  if (entry.superseded)
    history.push({
      at: toIso(entry.publishedAtMs),
      state: 'SUPERSEDED',
      title: 'a later revision of the session replaced it',
    });
  if (tier === 'basic') {
    const day = charts.charts.D;
    return {
      signal: toBasic(entry),
      charts: day === undefined ? {} : { D: { bars: day.bars, marks: [] } },
      missingTimeframes: [],
      why: null,
      history,
      gated: { hiddenFields: [...FULL_ONLY_FIELDS, 'smart-money marks', 'other time frames'], unlockTier: 'pro' },
      disclaimer: DISCLAIMER,
    };
  }
  const latest = readiness.at(-1);
  const full = toFull(entry);
  history.push(...readinessHistory(readiness));
  return {
    signal: latest === undefined ? full : { ...full, readiness: toReadinessDto(latest) },
    charts: charts.charts,
    missingTimeframes: charts.missingTimeframes,
    why: {
      summary: signal.reasons.map((reason) => reason.title).join('. '),
      whatWouldChange: [...signal.whatWouldChange],
      now: (whyNow?.alerts ?? []).map(({ type, title, atMs, score }) => ({ type, title, at: toIso(atMs), score })),
      band: { horizonSessions: 10, ...signal.band },
      context: signal.context.map((value) => ({
        name: value.name,
        value: value.absent === null ? value.value : null,
        title: value.title,
      })),
    },
    history,
    gated: null,
    disclaimer: DISCLAIMER,
  };
}
