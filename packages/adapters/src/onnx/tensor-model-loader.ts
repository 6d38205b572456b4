import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import {
  AppError,
  errorMessage,
  type Tensor,
  type TensorModel,
  type TensorModelLoader,
  type TensorSpec,
} from '@aion/core';

/**
 * ONNX Runtime behind the TensorModel port. Sessions belong to the process that made them: never share them with worker
 * threads (the runtime has crashed there). Threads are explicit and do not spin: the host is shared.
 */
export function makeOnnxLoader(options: { threads: number }): TensorModelLoader {
  return {
    async load(graph) {
      let session: InferenceSession;
      try {
        session = await InferenceSession.create(graph, {
          intraOpNumThreads: options.threads,
          interOpNumThreads: 1,
          executionMode: 'sequential',
          graphOptimizationLevel: 'all',
          logSeverityLevel: 3,
          extra: { session: { intra_op: { allow_spinning: '0' } } },
        });
      } catch (cause) {
        throw new AppError(
          'model_refused',
          `the graph does not load: ${errorMessage(cause)}; restore the artifact or roll back`,
          { cause },
        );
      }
      const inputs = session.inputMetadata.map((meta) => toSpec(meta, 'input'));
      const outputs = session.outputMetadata.map((meta) => toSpec(meta, 'output'));
      return makeModel(session, inputs, outputs);
    },
  };
}

function makeModel(
  session: InferenceSession,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
): TensorModel {
  return {
    inputs,
    outputs,
    async run(feeds) {
      const tensors: Record<string, OrtTensor> = {};
      for (const spec of inputs) {
        const feed = feeds[spec.name];
        if (feed === undefined) throw new AppError('model_refused', `input "${spec.name}" is missing`);
        requireShape(`input "${spec.name}"`, spec.shape, feed);
        tensors[spec.name] = new OrtTensor('float32', feed.values, feed.shape);
      }
      const results = await session.run(tensors);
      const out: Record<string, Tensor> = {};
      for (const spec of outputs) {
        const result = results[spec.name];
        if (result === undefined || !(result.data instanceof Float32Array)) {
          throw new AppError('model_refused', `output "${spec.name}" is not a float32 tensor`);
        }
        const tensor = { shape: result.dims, values: result.data };
        requireShape(`output "${spec.name}"`, spec.shape, tensor);
        if (!tensor.values.every(Number.isFinite)) {
          throw new AppError(
            'model_refused',
            `output "${spec.name}" holds a NaN or an infinity: no forecast is made from it`,
          );
        }
        out[spec.name] = tensor;
      }
      return out;
    },
    dispose: () => session.release(),
  };
}

function toSpec(meta: InferenceSession.ValueMetadata, kind: string): TensorSpec {
  if (!meta.isTensor || meta.type !== 'float32') {
    throw new AppError(
      'model_refused',
      `${kind} "${meta.name}" must be a float32 tensor (export trees without ZipMap, features as float32)`,
    );
  }
  return { name: meta.name, shape: meta.shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

function requireShape(what: string, expected: readonly number[], tensor: Tensor): void {
  const fits =
    tensor.shape.length === expected.length &&
    expected.every((size, axis) => size === -1 || size === tensor.shape[axis]);
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (!fits || count !== tensor.values.length) {
    throw new AppError(
      'model_refused',
      `${what} needs shape [${expected.join(', ')}], got [${tensor.shape.join(', ')}] with ${tensor.values.length} values`,
    );
  }
}
