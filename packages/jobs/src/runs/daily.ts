import { hashOf, type SessionDate } from '@aion/core';
import { INPUT_SCHEMA_HASH } from '@aion/features';
import { loadServingBundle } from '@aion/forecast';
import {
  chartsStage,
  claimRevision,
  computeFeaturePart,
  featuresStage,
  fuseStage,
  ingestStage,
  inputOf,
  ledgerStage,
  modelStages,
  persistStage,
  publishStage,
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
  type PipelinePorts,
  type Publication,
  type RunRecord,
  type Span,
  type StageRunner,
  type StepListener,
  type RunSummary,
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
  return runStages(ports, run, DAILY_STEPS, listener, await dailyWork(ports, run, lakeVersion), span);
}

/** The features of a shard of a run's universe, side by side with other tasks that do the others. */
export async function runDailyPart(
  ports: PipelinePorts,
  run: RunRecord,
  lakeVersion: string,
  part: { readonly task: number; readonly of: number },
): Promise<{ symbols: number }> {
  const input = await featuresInput(ports, run, lakeVersion);
  return computeFeaturePart(input, { ports, memo: new Map(), progress: () => undefined }, part);
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
  return inputOf<FeaturesInput>(ports, run, featuresStage.name, await dailyWork(ports, run, lakeVersion));
}

async function dailyWork(
  ports: PipelinePorts,
  run: RunRecord,
  lakeVersion: string,
): Promise<(runner: StageRunner) => Promise<void>> {
  const { sessionDate } = run;
  requireSession(ports.market.calendar, sessionDate);
  const bundle = await loadServingBundle(ports, ports.mode, run.pinned?.bundleVersion);
  const models = modelStages(bundle);
  const validUntil = ports.market.calendar.nextSession(sessionDate, ports.fusionPolicy.validSessions);

  return async (runner) => {
    const ingested = await runner.stage(ingestStage, { sessionDate, lakeVersion });
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
      runId: run.id,
      nowMs: ports.marketClock.nowMs(),
    });
    await runner.update({ snapshotId, revision: identity.revision });

    const { heldBack } = await runner.stage(validateStage, { sessionDate, barsHash });
    const universe = await runner.stage(universeStage, { sessionDate, barsHash, heldBack, rules: ports.gateRules });
    const scanned = await runner.stage(scanStage, { sessionDate, barsHash, heldBack, universe, scanners });
    await runner.stage(timeframesStage, { sessionDate, barsHash, symbols: scanned.symbols });
    const features = await runner.stage(featuresStage, {
      sessionDate,
      barsHash,
      schemaHash: INPUT_SCHEMA_HASH,
      symbols: scanned.symbols,
    });

    const bundleHash = bundle.hash;
    const embeddings = await runner.stage(models.encode, { bundleHash, kline: features.kline });
    const inputs = { bundleHash, ohlcv: features.ohlcv, context: features.context, embeddings };
    const stockformer = await runner.stage(models.stockformer, inputs);
    const tft = await runner.stage(models.tft, inputs);
    const failProbs = await runner.stage(models.veto, { bundleHash, context: features.context, stockformer, tft });
    const fused = await runner.stage(fuseStage(bundle), {
      sessionDate,
      barsHash,
      snapshotId,
      validUntil,
      policy: ports.fusionPolicy,
      features,
      forecasts: { stockformer, tft, failProbs },
    });
    const { signals } = fused;
    const charts = await runner.stage(chartsStage, { sessionDate, barsHash, signals });

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
    await runner.stage(persistStage, { publication, signals });
    const snapshots = await runner.stage(snapshotsStage, { publication, signals, regime: fused.regime, summary });
    await runner.stage(ledgerStage, { publication, signals });
    await runner.stage(publishStage, { publication, turn: identity.turn, signals, snapshots, charts: charts.index });
    await runner.update({ summary });
  };
}

/** A run's id: exchange, session, kind and a short hash of when and by whom it was started. */
export function makeRunId(
  exchange: string,
  sessionDate: SessionDate,
  kind: string,
  startedMs: number,
  nonce: string,
): string {
  return `${exchange}-${sessionDate.replaceAll('-', '')}-${kind}-${hashOf({ startedMs, nonce }).slice(0, 8)}`;
}
