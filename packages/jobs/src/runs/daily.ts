import { type Exchange, hashOf, type SessionDate } from '@aion/core';
import { INPUT_SCHEMA_HASH } from '@aion/features';
import { loadServingBundle, type LoadedBundle } from '@aion/forecast';
import {
  chartsStage,
  claimRevision,
  computeFeaturePart,
  featuresStage,
  fuseStage,
  ingestStage,
  ledgerStage,
  makeRunMemory,
  modelStages,
  persistStage,
  publishStage,
  replay,
  runStages,
  scanStage,
  shardCount,
  snapshotIdOf,
  snapshotsStage,
  tallyReasons,
  timeframesStage,
  universeStage,
  validateStage,
  type FeaturesInput,
  type Identity,
  type Ingested,
  type PipelinePorts,
  type Publication,
  type RunRecord,
  type RunSummary,
  type ScanOutput,
  type Span,
  type StageRunner,
  type Stages,
  type StepListener,
  type UniverseOutput,
} from '@aion/pipeline';
import { requireSession } from './session.ts';

/** The steps of a daily run, in order. The job below is written in the same order. */
export const DAILY_STEPS = [
  { name: 'ingest', title: ingestStage.title },
  { name: 'validate', title: validateStage.title },
  { name: 'universe', title: universeStage.title },
  { name: 'scan', title: scanStage.title },
  { name: 'bars', title: timeframesStage.title },
  { name: 'features', title: featuresStage.title },
  { name: 'encode', title: 'Encode the price windows' },
  { name: 'stockformer', title: 'StockFormer forecasts' },
  { name: 'tft', title: 'TFT forecasts and bands' },
  { name: 'veto', title: 'Veto: probability that the trade fails' },
  { name: 'fuse', title: 'Fuse forecasts into signals' },
  { name: 'charts', title: chartsStage.title },
  { name: 'persist', title: persistStage.title },
  { name: 'snapshots', title: snapshotsStage.title },
  { name: 'ledger', title: ledgerStage.title },
  { name: 'publish', title: publishStage.title },
] as const;

/**
 * The swing brain's heavy run over the whole market. Interrupted anywhere it goes on from the stage it was in; run twice
 * on the same snapshot it publishes nothing twice. Throws what stopped it; the run's record says so too.
 */
export async function runDaily(
  ports: PipelinePorts,
  run: RunRecord,
  lakeVersion: string,
  listener?: StepListener,
  span?: Span,
): Promise<RunRecord> {
  const basis = await basisOf(ports, run, lakeVersion);
  return runStages(ports, run, DAILY_STEPS, listener, (runner) => daily(runner, basis), span);
}

/** The features of a shard of a run's universe, side by side with other tasks that do the others. */
export async function runDailyPart(
  ports: PipelinePorts,
  run: RunRecord,
  lakeVersion: string,
  part: { readonly task: number; readonly of: number },
): Promise<{ symbols: number }> {
  const input = await featuresInput(ports, run, lakeVersion);
  return computeFeaturePart(input, { ports, memory: makeRunMemory(), progress: () => undefined }, part);
}

/** In how many tasks the features of a run's universe are computed, with at most `symbolsPerTask` symbols in each. */
export async function dailyParts(
  ports: PipelinePorts,
  run: RunRecord,
  lakeVersion: string,
  symbolsPerTask: number,
): Promise<number> {
  const { symbols } = await featuresInput(ports, run, lakeVersion);
  return Math.max(1, Math.min(MAX_PARTS, shardCount(symbols), Math.ceil(symbols.length / symbolsPerTask)));
}

const MAX_PARTS = 40;

async function featuresInput(ports: PipelinePorts, run: RunRecord, lakeVersion: string): Promise<FeaturesInput> {
  const basis = await basisOf(ports, run, lakeVersion);
  return (await replay(ports, run, (runner) => upToFeatures(runner, basis))).features;
}

/** What a run stands on from its first stage to its last. */
interface Basis {
  readonly ports: PipelinePorts;
  readonly bundle: LoadedBundle;
  readonly lakeVersion: string;
  readonly validUntil: SessionDate;
}

async function basisOf(ports: PipelinePorts, { sessionDate, pinned }: RunRecord, lakeVersion: string): Promise<Basis> {
  const { calendar } = ports.market;
  requireSession(calendar, sessionDate);
  const bundle = await loadServingBundle(ports, ports.mode, pinned?.bundleVersion);
  const validUntil = calendar.nextSession(sessionDate, ports.fusionPolicy.validSessions);
  return { ports, bundle, lakeVersion, validUntil };
}

interface BeforeFeatures {
  readonly ingested: Ingested;
  readonly snapshotId: string;
  readonly identity: Identity;
  readonly universe: UniverseOutput;
  readonly scanned: ScanOutput;
  readonly features: FeaturesInput;
}

/** The stages of the job before its features, down to what the features are computed from. */
async function* upToFeatures(runner: StageRunner, basis: Basis): Stages<BeforeFeatures> {
  const { ports, bundle, lakeVersion } = basis;
  const { id: runId, sessionDate } = runner.run;
  const ingested = yield* runner.stage(ingestStage, { sessionDate, lakeVersion });
  const { barsHash } = ingested;
  const { scanners } = ports;
  const configuration = {
    gates: ports.gateRules,
    fusion: ports.fusionPolicy,
    mode: ports.mode,
    // Scans decide nothing of the signals unless one of their presets cuts the universe.
    scanners: scanners.universePreset === null ? null : scanners,
  };
  const snapshotId = snapshotIdOf({
    sessionDate,
    barsHash,
    bundleHash: bundle.hash,
    schemaHash: INPUT_SCHEMA_HASH,
    codeHash: ports.codeHash,
    configuration,
  });
  const identity = await claimRevision(ports.items, ports.market.exchange, sessionDate, {
    snapshotId,
    runId,
    nowMs: ports.marketClock.nowMs(),
  });
  await runner.update({ snapshotId, revision: identity.revision });

  const { heldBack } = yield* runner.stage(validateStage, { sessionDate, barsHash });
  const universe = yield* runner.stage(universeStage, { sessionDate, barsHash, heldBack, rules: ports.gateRules });
  const scanned = yield* runner.stage(scanStage, { sessionDate, barsHash, heldBack, universe, scanners });
  const { symbols } = scanned;
  yield* runner.stage(timeframesStage, { sessionDate, barsHash, symbols });
  const features = { sessionDate, barsHash, schemaHash: INPUT_SCHEMA_HASH, symbols };
  return { ingested, snapshotId, identity, universe, scanned, features };
}

/** The job, as its stages follow each other. */
async function* daily(runner: StageRunner, basis: Basis): Stages<void> {
  const { ports, bundle, validUntil } = basis;
  const before = yield* upToFeatures(runner, basis);
  const { ingested, snapshotId, identity, universe, scanned } = before;
  const { sessionDate, barsHash } = before.features;
  const features = yield* runner.stage(featuresStage, before.features);

  const bundleHash = bundle.hash;
  const models = modelStages(bundle);
  const embeddings = yield* runner.stage(models.encode, { bundleHash, kline: features.kline });
  const inputs = { bundleHash, ohlcv: features.ohlcv, context: features.context, embeddings };
  const stockformer = yield* runner.stage(models.stockformer, inputs);
  const tft = yield* runner.stage(models.tft, inputs);
  const failProbs = yield* runner.stage(models.veto, { bundleHash, context: features.context, stockformer, tft });
  const fused = yield* runner.stage(fuseStage(bundle), {
    sessionDate,
    barsHash,
    snapshotId,
    validUntil,
    policy: ports.fusionPolicy,
    features,
    forecasts: { stockformer, tft, failProbs },
  });
  const { signals } = fused;
  const charts = yield* runner.stage(chartsStage, { sessionDate, barsHash, signals });

  const buy = signals.filter((signal) => signal.side === 'BUY').length;
  const summary: RunSummary = {
    symbolsRead: ingested.symbolsRead,
    quarantinedRows: ingested.quarantinedRows,
    quarantined: [...ingested.quarantined],
    universe: features.symbols.length,
    rejected: tallyReasons([...universe.rejected, ...scanned.left, ...features.rejected]),
    buy,
    sell: signals.length - buy,
    hold: fused.hold,
    held: [...fused.held],
    signalsHash: fused.signalsHash,
  };
  const publication: Publication = {
    sessionDate,
    revision: identity.revision,
    // An equal snapshot was published by an earlier run: that run stays its author.
    runId: identity.runId,
    snapshotId,
    publishedAtMs: identity.publishedAtMs,
    standing: bundle.standing,
  };
  yield* runner.stage(persistStage, { publication, signals });
  const snapshots = yield* runner.stage(snapshotsStage, { publication, signals, regime: fused.regime, summary });
  yield* runner.stage(ledgerStage, { publication, signals });
  yield* runner.stage(publishStage, { publication, turn: identity.turn, signals, snapshots, charts: charts.index });
  await runner.update({ summary });
}

/** A run's id: exchange, session, kind and a short hash of when and by whom it was started. */
export function makeRunId(
  exchange: Exchange,
  sessionDate: SessionDate,
  kind: string,
  startedMs: number,
  nonce: string,
): string {
  return `${exchange}-${sessionDate.replaceAll('-', '')}-${kind}-${hashOf({ startedMs, nonce }).slice(0, 8)}`;
}
