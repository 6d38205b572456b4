import type { TensorModel } from '@aion/core';
import {
  encodeWindows,
  forecastStockFormer,
  forecastTft,
  forecastVeto,
  vetoInput,
  type LoadedBundle,
  type ModelName,
  type StockFormerRows,
  type TftRows,
} from '@aion/forecast';
import type { Stage, StageContext } from '../runner/stage.ts';
import { loadRows, storeRows, type RowsRef } from '../features/tensors.ts';

type Refs<T> = { readonly [K in keyof T]: RowsRef };

interface ModelInputRefs {
  readonly bundleHash: string;
  readonly ohlcv: RowsRef;
  readonly context: RowsRef;
  readonly embeddings: RowsRef;
}

/** The stages of the four models over one loaded bundle. A graph is loaded only when its stage really runs. */
export function modelStages(bundle: LoadedBundle): {
  encode: Stage<{ bundleHash: string; kline: RowsRef }, RowsRef>;
  stockformer: Stage<ModelInputRefs, Refs<StockFormerRows>>;
  tft: Stage<ModelInputRefs, Refs<TftRows>>;
  veto: Stage<
    { bundleHash: string; context: RowsRef; stockformer: Refs<StockFormerRows>; tft: Refs<TftRows> },
    RowsRef
  >;
} {
  const use = async <T>(
    context: StageContext,
    name: ModelName,
    work: (model: TensorModel) => Promise<T>,
  ): Promise<T> => {
    const model = await context.ports.models.load(await bundle.graph(name));
    try {
      return await work(model);
    } finally {
      await model.dispose();
    }
  };
  const load = (context: StageContext, ref: RowsRef) => loadRows(context.ports.objects, ref);
  const store = (context: StageContext, rows: Parameters<typeof storeRows>[2]) =>
    storeRows(context.ports.objects, 'tensors', rows);
  const loadInputs = async (context: StageContext, input: ModelInputRefs) => ({
    ohlcv: await load(context, input.ohlcv),
    embeddings: await load(context, input.embeddings),
    context: await load(context, input.context),
  });
  return {
    encode: {
      name: 'encode',
      title: 'Encode the price windows',
      run: (input, context) =>
        use(context, 'encoder', async (model) => {
          const rows = await encodeWindows(model, await load(context, input.kline), context.progress);
          return { output: await store(context, rows), figures: { windows: rows.count } };
        }),
    },
    stockformer: {
      name: 'stockformer',
      title: 'StockFormer forecasts',
      run: (input, context) =>
        use(context, 'stockformer', async (model) => {
          const rows = await forecastStockFormer(model, await loadInputs(context, input), context.progress);
          const output = { returns: await store(context, rows.returns), upProbs: await store(context, rows.upProbs) };
          return { output, figures: { forecasts: rows.returns.count } };
        }),
    },
    tft: {
      name: 'tft',
      title: 'TFT forecasts and bands',
      run: (input, context) =>
        use(context, 'tft', async (model) => {
          const rows = await forecastTft(model, await loadInputs(context, input), context.progress);
          const output = {
            returns: await store(context, rows.returns),
            vol10d: await store(context, rows.vol10d),
            upper10d: await store(context, rows.upper10d),
            lower10d: await store(context, rows.lower10d),
          };
          return { output, figures: { forecasts: rows.returns.count } };
        }),
    },
    veto: {
      name: 'veto',
      title: 'Veto: probability that the trade fails',
      run: (input, context) =>
        use(context, 'veto', async (model) => {
          const stockformer = {
            returns: await load(context, input.stockformer.returns),
            upProbs: await load(context, input.stockformer.upProbs),
          };
          const tft = {
            returns: await load(context, input.tft.returns),
            vol10d: await load(context, input.tft.vol10d),
            upper10d: await load(context, input.tft.upper10d),
            lower10d: await load(context, input.tft.lower10d),
          };
          const rows = await forecastVeto(
            model,
            vetoInput(stockformer, tft, await load(context, input.context)),
            context.progress,
          );
          return { output: await store(context, rows), figures: { judged: rows.count } };
        }),
    },
  };
}
