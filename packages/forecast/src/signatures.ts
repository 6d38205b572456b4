import type { TensorSpec } from '@aion/core';
import { CONTEXT_VALUES, EMBEDDING_LENGTH, KLINE_FIELDS, OHLCV_FIELDS, WINDOW_BARS } from '@aion/features';

export const HORIZONS_SESSIONS = [3, 5, 10] as const;

/** The models of the swing brain, in the order in which they run. They are promoted and rolled back as one bundle. */
export const MODEL_NAMES = ['encoder', 'stockformer', 'tft', 'veto'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** What the veto sees: both forecasts, then the 29 context values. */
export const VETO_INPUTS: readonly string[] = [
  ...HORIZONS_SESSIONS.map((h) => `stockformer_return_${h}`),
  ...HORIZONS_SESSIONS.map((h) => `stockformer_up_prob_${h}`),
  ...HORIZONS_SESSIONS.map((h) => `tft_return_${h}`),
  'tft_vol_10d',
  'tft_upper_10d',
  'tft_lower_10d',
  ...CONTEXT_VALUES.map((value) => value.name),
];

export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

const BATCH = -1;
const forecastInputs: readonly TensorSpec[] = [
  { name: 'ohlcv_120', shape: [BATCH, WINDOW_BARS, OHLCV_FIELDS.length] },
  { name: 'kronos_emb', shape: [BATCH, EMBEDDING_LENGTH] },
  { name: 'context', shape: [BATCH, CONTEXT_VALUES.length] },
];
const horizons = HORIZONS_SESSIONS.length;

/** Names, shapes and order of every graph's inputs and outputs; float32, -1 is the batch. */
export const SIGNATURES: Readonly<Record<ModelName, Signature>> = {
  encoder: {
    inputs: [{ name: 'kline_120', shape: [BATCH, WINDOW_BARS, KLINE_FIELDS.length] }],
    outputs: [{ name: 'kronos_emb', shape: [BATCH, EMBEDDING_LENGTH] }],
  },
  stockformer: {
    inputs: forecastInputs,
    outputs: [
      { name: 'returns', shape: [BATCH, horizons] },
      { name: 'up_probs', shape: [BATCH, horizons] },
    ],
  },
  tft: {
    inputs: forecastInputs,
    outputs: [
      { name: 'returns', shape: [BATCH, horizons] },
      { name: 'vol_10d', shape: [BATCH, 1] },
      { name: 'upper_10d', shape: [BATCH, 1] },
      { name: 'lower_10d', shape: [BATCH, 1] },
    ],
  },
  veto: {
    inputs: [{ name: 'veto_input', shape: [BATCH, VETO_INPUTS.length] }],
    outputs: [{ name: 'fail_prob', shape: [BATCH, 1] }],
  },
};
