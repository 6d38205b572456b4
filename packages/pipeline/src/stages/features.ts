import type { SessionDate } from '@aion/core';
import { CONTEXT_VALUES, INPUT_SCHEMA_HASH, KLINE_FIELDS, OHLCV_FIELDS, WINDOW_BARS } from '@aion/features';
import { loadPanel } from '../panel.ts';
import type { Stage } from '../runner/stage-runner.ts';
import type { SymbolFacts } from '../symbol-features.ts';
import { storeRows, toRows, type RowsRef } from '../tensors.ts';
import { rememberedTimeframes } from '../timeframe-bars.ts';

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

/** The locked model input of every symbol of the universe, in sorted order whatever the number of workers. */
export const featuresStage: Stage<FeaturesInput, FeaturesOutput> = {
  name: 'features',
  title: 'Compute features and the model input',
  async run({ sessionDate, barsHash, symbols, schemaHash }, context) {
    if (schemaHash !== INPUT_SCHEMA_HASH) throw new Error('the schema changed while the run was in progress');
    const panel = await loadPanel(context, sessionDate, barsHash);
    const wanted = new Set(symbols);
    const prepared = panel.daily
      .filter((bars) => wanted.has(bars.symbol))
      .map((bars) => rememberedTimeframes(context, panel, bars));
    const shards = Array.from({ length: Math.ceil(prepared.length / SHARD_SYMBOLS) }, (_, i) =>
      prepared.slice(i * SHARD_SYMBOLS, (i + 1) * SHARD_SYMBOLS),
    );
    let done = 0;
    const results = (
      await context.ports.featureWorkers(shards, (count) => {
        done += count;
        context.progress(done, prepared.length);
      })
    ).flat();
    const made = results.filter((result) => result.kind === 'features');
    const rejected = results
      .filter((result) => result.kind === 'rejected')
      .map(({ symbol, reason, detail }) => ({ symbol, reason, detail }));
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
