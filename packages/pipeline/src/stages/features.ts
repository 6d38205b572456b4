import type { SessionDate } from '@aion/core';
import { CONTEXT_VALUES, INPUT_SCHEMA_HASH, KLINE_FIELDS, OHLCV_FIELDS, WINDOW_BARS } from '@aion/features';
import { checkPreFeature, PRE_FEATURE_RULES, type PreFeatureRules } from '@aion/market';
import { loadPanel } from '../market/panel.ts';
import type { Stage, StageContext } from '../runner/stage.ts';
import type { FeatureShard, SymbolFacts } from '../features/symbol-features.ts';
import { storeRows, toRows, type RowsRef } from '../features/tensors.ts';
import { rememberedTimeframes } from '../market/timeframe-bars.ts';

export interface FeaturesInput {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly schemaHash: string;
  readonly symbols: readonly string[];
}

export interface FeaturesOutput {
  /** Row i of every tensor belongs to symbols[i]. */
  readonly symbols: readonly string[];
  readonly ohlcv: RowsRef;
  readonly kline: RowsRef;
  readonly context: RowsRef;
  readonly absent: readonly (readonly { readonly name: string; readonly reason: string }[])[];
  readonly facts: readonly SymbolFacts[];
  readonly rejected: readonly { readonly symbol: string; readonly reason: string; readonly detail: string }[];
}

const SHARD_SYMBOLS = 50;

/** As much history as the gates ask for: with another configuration the two must not disagree. */
const preFeatureRules = ({ ports }: StageContext): PreFeatureRules => ({
  ...PRE_FEATURE_RULES,
  minBars: ports.gateRules.minHistorySessions,
});

/** How many shards the features of a universe are computed in. */
export const shardCount = (symbols: readonly string[]): number => Math.ceil(symbols.length / SHARD_SYMBOLS);

/** The closed, adjusted bars of the universe in shards of sorted symbols. `only` names the wanted ones; the others are empty. */
async function featureShards(
  { sessionDate, barsHash, symbols, schemaHash }: FeaturesInput,
  context: StageContext,
  only: (index: number) => boolean = () => true,
): Promise<FeatureShard[]> {
  if (schemaHash !== INPUT_SCHEMA_HASH) throw new Error('the schema changed while the run was in progress');
  const panel = await loadPanel(context, sessionDate, barsHash);
  const rules = preFeatureRules(context);
  const wanted = new Set(symbols);
  const bars = panel.daily.filter(
    (entry) => wanted.has(entry.symbol) && checkPreFeature(entry, rules).issues.length === 0,
  );
  return Array.from({ length: Math.ceil(bars.length / SHARD_SYMBOLS) }, (_, i) =>
    only(i)
      ? bars
          .slice(i * SHARD_SYMBOLS, (i + 1) * SHARD_SYMBOLS)
          .map((entry) => rememberedTimeframes(context, panel, entry))
      : [],
  );
}

/** PRE_FEATURE: symbols of the universe whose series no feature is computed from, with the reason. */
async function preFeatureRejections(
  { sessionDate, barsHash, symbols }: FeaturesInput,
  context: StageContext,
): Promise<{ symbol: string; reason: string; detail: string }[]> {
  const panel = await loadPanel(context, sessionDate, barsHash);
  const rules = preFeatureRules(context);
  const wanted = new Set(symbols);
  return panel.daily.flatMap((bars) => {
    const [issue] = wanted.has(bars.symbol) ? checkPreFeature(bars, rules).issues : [];
    return issue === undefined ? [] : [{ symbol: bars.symbol, reason: issue.code, detail: issue.message }];
  });
}

/**
 * Computes every shard whose number leaves `task` on division by `of`: one task's part of the features, when the universe is
 * cut over several. The worker that is handed in keeps the results for the features stage, which then finds them done.
 */
export async function computeFeaturePart(
  input: FeaturesInput,
  context: StageContext,
  part: { readonly task: number; readonly of: number },
): Promise<{ symbols: number }> {
  const shards = (await featureShards(input, context, (index) => index % part.of === part.task)).filter(
    (shard) => shard.length > 0,
  );
  const results = await context.ports.featureWorkers(shards, () => undefined);
  return { symbols: results.flat().length };
}

/** The locked model input of every symbol of the universe, in sorted order whatever the number of workers. */
export const featuresStage: Stage<FeaturesInput, FeaturesOutput> = {
  name: 'features',
  title: 'Compute features and the model input',
  async run(input, context) {
    const shards = await featureShards(input, context);
    const total = shards.reduce((sum, shard) => sum + shard.length, 0);
    let done = 0;
    const results = (
      await context.ports.featureWorkers(shards, (count) => {
        done += count;
        context.progress(done, total);
      })
    ).flat();
    const made = results.filter((result) => result.kind === 'features');
    const rejected = [
      ...(await preFeatureRejections(input, context)),
      ...results
        .filter((result) => result.kind === 'rejected')
        .map(({ symbol, reason, detail }) => ({ symbol, reason, detail })),
    ];
    const { objects } = context.ports;
    const store = (parts: readonly Float32Array[], width: number): Promise<RowsRef> =>
      storeRows(objects, 'tensors', toRows(parts, width));
    const output: FeaturesOutput = {
      symbols: made.map((result) => result.symbol),
      ohlcv: await store(
        made.map((result) => result.ohlcv),
        WINDOW_BARS * OHLCV_FIELDS.length,
      ),
      kline: await store(
        made.map((result) => result.kline),
        WINDOW_BARS * KLINE_FIELDS.length,
      ),
      context: await store(
        made.map((result) => result.context),
        CONTEXT_VALUES.length,
      ),
      absent: made.map((result) => result.absent),
      facts: made.map((result) => result.facts),
      rejected,
    };
    return { output, figures: { symbols: made.length, rejected: rejected.length } };
  },
};
