import { CONTEXT_VALUES } from '@aion/features';
import {
  HORIZONS_SESSIONS,
  quantise,
  TEN_SESSIONS,
  type LoadedBundle,
  type StockFormerRows,
  type TftRows,
} from '@aion/forecast';
import type { ForecastSet } from '@aion/signals';
import type { StageContext } from '../runner/stage.ts';
import { loadRows, type RowsRef } from './tensors.ts';

/** Where the forecasts of a run lie: one row per symbol of its feature set. */
export interface ForecastRefs {
  readonly context: RowsRef;
  readonly stockformer: { readonly [K in keyof StockFormerRows]: RowsRef };
  readonly tft: { readonly [K in keyof TftRows]: RowsRef };
  readonly failProbs: RowsRef;
}

/** One symbol's forecasts with the context they were made from. */
export interface ForecastRow {
  readonly set: ForecastSet;
  readonly context: Float32Array;
}

/** Reads the forecasts and gives each row as decimals: what was rounded to 1e-4 comes back without float32's last bits. */
export async function loadForecastRows(
  context: StageContext,
  bundle: LoadedBundle,
  refs: ForecastRefs,
): Promise<(row: number) => ForecastRow> {
  const { objects } = context.ports;
  const load = async (ref: RowsRef): Promise<Float32Array> => (await loadRows(objects, ref)).values;
  const [returns, upProbs, tftReturns, upper, lower, fail, contexts] = (await Promise.all(
    [
      refs.stockformer.returns,
      refs.stockformer.upProbs,
      refs.tft.returns,
      refs.tft.upper10d,
      refs.tft.lower10d,
      refs.failProbs,
      refs.context,
    ].map(load),
  )) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const { stockformer, tft, veto } = bundle.manifest.models;
  const width = CONTEXT_VALUES.length;
  const place = (name: string): number => CONTEXT_VALUES.findIndex((value) => value.name === name);
  const [dayPlace, weekPlace] = [place('tf_day'), place('tf_week')];
  return (row) => {
    const ten = row * HORIZONS_SESSIONS.length + TEN_SESSIONS;
    const values = contexts.subarray(row * width, (row + 1) * width);
    return {
      context: values,
      set: {
        stockformer: {
          version: stockformer.version,
          return10: quantise(returns[ten]!),
          upProb10: quantise(upProbs[ten]!),
        },
        tft: {
          version: tft.version,
          return10: quantise(tftReturns[ten]!),
          upper10: quantise(upper[row]!),
          lower10: quantise(lower[row]!),
        },
        veto: { version: veto.version, longFailProb: quantise(fail[row]!) },
        dayAlignment: values[dayPlace]!,
        weekAlignment: values[weekPlace]!,
      },
    };
  };
}
