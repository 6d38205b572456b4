import { STANDINGS } from '@aion/core';
import { z } from 'zod';
import { MODEL_NAMES } from './signatures.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Spec = z.strictObject({ name: z.string(), shape: z.array(z.int()) });

/** What is known of one trained (or stub) artifact. Stored beside it and never changed. */
export const Manifest = z.strictObject({
  name: z.enum(MODEL_NAMES),
  version: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  backend: z.enum(['stub', 'lite', 'kronos', 'trained']),
  /** champion: passed its gates; experimental: did not, or was not judged; stub: proves plumbing only. */
  standing: z.enum(STANDINGS),
  createdOn: z.iso.date(),
  producer: z.string(),
  opset: z.int(),
  file: z.strictObject({ key: z.string(), sha256: Sha256, bytes: z.int().positive() }),
  signature: z.strictObject({ inputs: z.array(Spec), outputs: z.array(Spec) }),
  inputSchemaHash: Sha256,
  /** Trained on simulated data; prod refuses such a model. */
  simulated: z.boolean(),
  metrics: z.record(z.string(), z.number()),
  licence: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

/** Encoder, StockFormer, TFT and veto that belong together. */
export const BundleManifest = z.strictObject({
  version: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  models: z.record(z.enum(MODEL_NAMES), Manifest),
});
export type BundleManifest = z.infer<typeof BundleManifest>;
