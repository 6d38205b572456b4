import type { ChartSet, Signal } from '@aion/signals';
import {
  makeRunMemory,
  persistStage,
  publishStage,
  saveReadiness,
  snapshotsStage,
  type PipelinePorts,
  type Publication,
} from '@aion/pipeline';
import type { Embedded } from '@aion/runtime';
import { publishedSignal } from '../packages/signals/test/fixture-signal.ts';

export const SESSION = '2026-02-27';
export const TOP = 5;

/** Matches every value that was planted where basic must not look. */
export const CANARY = /canary|424242|313131|7777777|616161|888888|999999|666666|555555|444444/i;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Ids of basic's five are `open…`, all others `canary…`; a second revision gets ids of its own. */
export const idOf = (rank: number, revision = 1): string => {
  const digits = `${BASE32[revision]!}${BASE32[Math.floor(rank / 32)]!}${BASE32[rank % 32]!}`;
  return (rank <= TOP ? 'open' : 'canary').padEnd(13, 'x') + digits;
};

function canarySignal(rank: number, revision: number): Signal {
  const hidden = rank > TOP;
  return publishedSignal({
    id: idOf(rank, revision),
    rank,
    side: rank % 4 === 0 ? 'SELL' : 'BUY',
    symbol: hidden ? `CANARY${rank}` : `OPEN${rank}`,
    name: hidden ? 'Canary Hidden Ltd' : 'Open Ltd',
    sector: hidden ? 'Canary sector' : 'Energy',
    confidence: 0.424242,
    failProb: 0.313131,
    plan:
      rank % 4 === 0
        ? null
        : {
            entryLowMinor: 9_900,
            entryHighMinor: 10_050,
            stopMinor: 9_500,
            stopBasis: 'structure',
            targetBasis: 'liquidity',
            targetsMinor: [10_700, 7_777_777],
            rewardRiskRatio: 1.616161,
            validUntil: '2026-03-06',
          },
    votes: [{ model: 'canary-model', version: 'v', vote: 'UP', upProb: 0.424242, returnFrac: 0.02 }],
    band: { lowMinor: 6_666_661, medianMinor: 6_666_662, highMinor: 6_666_663 },
    context: [{ name: 'canary_context', value: 1, title: 'Daily', absent: null }],
    lastCloseMinor: 9_999_991,
    sparkMinor: [8_888_881, 8_888_882],
  }).signal;
}

const CHARTS: ChartSet = {
  charts: {
    D: {
      bars: [{ time: SESSION, open: 99, high: 101, low: 98, close: 100, volumeShares: 5 }],
      marks: [{ kind: 'sweep', side: 'bull', at: SESSION, knownAt: SESSION, price: 5555.551 }],
    },
    W: {
      bars: [{ time: SESSION, open: 4444.441, high: 4444.442, low: 4444.44, close: 4444.441, volumeShares: 5 }],
      marks: [],
    },
  },
  missingTimeframes: [{ timeframe: '1H', reason: 'canary-missing' }],
};

/** Publishes a revision through the pipeline's own stages, a canary in every field that basic must not see. */
export async function publishCanaries(embedded: Embedded, count: number, revision = 1): Promise<Signal[]> {
  const { items, objects, telemetry } = embedded;
  const ports = { items, objects, telemetry, market: { exchange: 'NSE', simulated: true } } as unknown as PipelinePorts;
  const context = { ports, memory: makeRunMemory(), progress: () => undefined };
  const signals = Array.from({ length: count }, (_, i) => canarySignal(i + 1, revision));
  const publication: Publication = {
    sessionDate: SESSION,
    revision,
    runId: `NSE-20260227-daily-${revision}`,
    snapshotId: String(revision).repeat(64),
    publishedAtMs: 1_772_000_000_000 + revision,
    standing: 'stub',
  };
  const regime = {
    trend: 'up',
    volatility: 'calm',
    riskOn: true,
    breadthFrac: 0.7,
    advancers: 5,
    decliners: 2,
    index: null,
    volatilityIndex: null,
  } as const;
  const summary = {
    symbolsRead: count,
    quarantinedRows: 0,
    quarantined: [],
    universe: count,
    rejected: [],
    buy: count,
    sell: 0,
    hold: 0,
    held: [],
    signalsHash: 'h'.repeat(64),
  };
  const chart = await objects.put('charts', new TextEncoder().encode(JSON.stringify(CHARTS)), '.json');
  const charts = Object.fromEntries(signals.map(({ id }) => [id, chart.key]));
  const index = await objects.put('charts', new TextEncoder().encode(JSON.stringify(charts)), '.json');
  await persistStage.run({ publication, signals }, context);
  const { output: snapshots } = await snapshotsStage.run({ publication, signals, regime, summary }, context);
  await publishStage.run({ publication, turn: revision, signals, snapshots, charts: index.key }, context);
  const ready = {
    state: 'READY_TO_ENTER',
    reasons: [{ code: 'sentence', of: 'x', text: 'canary-ready' }],
    asOfMs: 1_772_000_100_000,
  };
  await saveReadiness(
    { items, objects },
    'NSE',
    ready.asOfMs,
    new Map(
      signals.map(({ id }) => [
        id,
        ready as Parameters<typeof saveReadiness>[3] extends ReadonlyMap<string, infer R> ? R : never,
      ]),
    ),
  );
  return signals;
}
