/** A dense float32 tensor in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** One input or output of a graph. A dimension of -1 is the batch. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A loaded model. Runs a batch; throws AppError(model_refused) for a wrong shape, a missing input or a non-finite output. */
export interface TensorModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  dispose(): Promise<void>;
}

/** Loads graph bytes whose SHA-256 was checked by the caller. */
export interface TensorModelLoader {
  load(graph: Uint8Array): Promise<TensorModel>;
}
