import { AppError, type Tensor, type TensorModel } from '@aion/core';
import { CONTEXT_VALUES, EMBEDDING_LENGTH, KLINE_FIELDS, OHLCV_FIELDS, WINDOW_BARS } from '@aion/features';
import { HORIZONS_SESSIONS, VETO_INPUTS } from './signatures.ts';

/** Rows per call: a TFT's memory grows with its batch (measured: 0.3 GB at 32, 2.9 GB at 512). */
export const MODEL_BATCH = 64;
/** Outputs are rounded to this step before anything reads or hashes them: processors differ in the last bits. */
export const QUANTUM = 1e-4;

/** Rounds to a multiple of QUANTUM. Zero has one form: what differs in the last bits around it must not differ in its sign. */
export const quantise = (value: number): number => Math.round(value / QUANTUM) / (1 / QUANTUM) + 0;

export type Progress = (done: number, total: number) => void;

/** Row-major float32 rows of equal width. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** StockFormer's forecast per row, quantised: returns and up probabilities for 3, 5 and 10 sessions. */
export interface StockFormerRows {
  readonly returns: Rows;
  readonly upProbs: Rows;
}

/** TFT's forecast per row, quantised. Band and returns are fractions of the last close, volatility per session. */
export interface TftRows {
  readonly returns: Rows;
  readonly vol10d: Rows;
  readonly upper10d: Rows;
  readonly lower10d: Rows;
}

/** kline_120 → 512-d embeddings. Not quantised: they feed models, they are not published. */
export async function encodeWindows(model: TensorModel, kline: Rows, progress?: Progress): Promise<Rows> {
  const out = await runInBatches(
    model,
    { kline_120: { rows: kline, shape: [WINDOW_BARS, KLINE_FIELDS.length] } },
    progress,
  );
  return rowsOf(out, 'kronos_emb', kline.count);
}

export interface ForecastInputs {
  readonly ohlcv: Rows;
  readonly embeddings: Rows;
  readonly context: Rows;
}

/**
 * StockFormer's returns and up probabilities for each input row, in batches. Throws AppError(model_refused) for a probability outside [0,
 * 1].
 */
export async function forecastStockFormer(
  model: TensorModel,
  inputs: ForecastInputs,
  progress?: Progress,
): Promise<StockFormerRows> {
  const out = await runInBatches(model, forecastFeeds(inputs), progress);
  const upProbs = quantised(rowsOf(out, 'up_probs', inputs.ohlcv.count));
  requireProbabilities('stockformer up_probs', upProbs);
  return { returns: quantised(rowsOf(out, 'returns', inputs.ohlcv.count)), upProbs };
}

/**
 * TFT's returns, volatility and ten-session band for each input row, in batches. Throws AppError(model_refused) for a band whose lower edge
 * lies above its upper one.
 */
export async function forecastTft(model: TensorModel, inputs: ForecastInputs, progress?: Progress): Promise<TftRows> {
  const out = await runInBatches(model, forecastFeeds(inputs), progress);
  const rows = (name: string): Rows => quantised(rowsOf(out, name, inputs.ohlcv.count));
  const tft = {
    returns: rows('returns'),
    vol10d: rows('vol_10d'),
    upper10d: rows('upper_10d'),
    lower10d: rows('lower_10d'),
  };
  for (let i = 0; i < inputs.ohlcv.count; i++) {
    if (tft.lower10d.values[i]! > tft.upper10d.values[i]!) {
      throw new AppError(
        'model_refused',
        `tft: row ${i} has its lower band above its upper band; roll the bundle back`,
      );
    }
  }
  return tft;
}

/** The veto's input rows: both forecasts, then the context, in the order of VETO_INPUTS. */
export function vetoInput(stockformer: StockFormerRows, tft: TftRows, context: Rows): Rows {
  const parts = [
    stockformer.returns,
    stockformer.upProbs,
    tft.returns,
    tft.vol10d,
    tft.upper10d,
    tft.lower10d,
    context,
  ];
  const width = VETO_INPUTS.length;
  const values = new Float32Array(context.count * width);
  for (let i = 0; i < context.count; i++) {
    let place = i * width;
    for (const part of parts) {
      values.set(part.values.subarray(i * part.width, (i + 1) * part.width), place);
      place += part.width;
    }
  }
  return { count: context.count, width, values };
}

/** Probability in [0,1] that the trade fails, per row, quantised. */
export async function forecastVeto(model: TensorModel, rows: Rows, progress?: Progress): Promise<Rows> {
  const out = await runInBatches(model, { veto_input: { rows, shape: [VETO_INPUTS.length] } }, progress);
  const failProbs = quantised(rowsOf(out, 'fail_prob', rows.count));
  requireProbabilities('veto fail_prob', failProbs);
  return failProbs;
}

interface Feed {
  readonly rows: Rows;
  readonly shape: readonly number[];
}

function forecastFeeds(inputs: ForecastInputs): Record<string, Feed> {
  return {
    ohlcv_120: { rows: inputs.ohlcv, shape: [WINDOW_BARS, OHLCV_FIELDS.length] },
    kronos_emb: { rows: inputs.embeddings, shape: [EMBEDDING_LENGTH] },
    context: { rows: inputs.context, shape: [CONTEXT_VALUES.length] },
  };
}

async function runInBatches(
  model: TensorModel,
  feeds: Readonly<Record<string, Feed>>,
  progress?: Progress,
): Promise<Record<string, Float32Array>> {
  const entries = Object.entries(feeds);
  const count = entries[0]?.[1].rows.count ?? 0;
  const out: Record<string, Float32Array> = {};
  for (const spec of model.outputs) out[spec.name] = new Float32Array(count * widthOf(spec.shape));
  for (let start = 0; start < count; start += MODEL_BATCH) {
    const end = Math.min(start + MODEL_BATCH, count);
    const batch: Record<string, Tensor> = {};
    for (const [name, { rows, shape }] of entries) {
      batch[name] = { shape: [end - start, ...shape], values: rows.values.slice(start * rows.width, end * rows.width) };
    }
    const results = await model.run(batch);
    for (const spec of model.outputs) out[spec.name]!.set(results[spec.name]!.values, start * widthOf(spec.shape));
    progress?.(end, count);
  }
  return out;
}

function widthOf(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

function rowsOf(out: Readonly<Record<string, Float32Array>>, name: string, count: number): Rows {
  const values = out[name];
  if (values === undefined) throw new AppError('model_refused', `the graph gave no output "${name}"`);
  return { count, width: count === 0 ? 0 : values.length / count, values };
}

function quantised(rows: Rows): Rows {
  return { ...rows, values: rows.values.map(quantise) };
}

function requireProbabilities(what: string, rows: Rows): void {
  const place = rows.values.findIndex((value) => !(value >= 0 && value <= 1));
  if (place >= 0)
    throw new AppError(
      'model_refused',
      `${what}: ${rows.values[place]} at row ${Math.floor(place / rows.width)} is no probability; roll the bundle back`,
    );
}

export const TEN_SESSIONS = HORIZONS_SESSIONS.indexOf(10);
