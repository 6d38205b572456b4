export * from './signatures.ts';
export * from './manifest.ts';
export * from './registry.ts';
export * from './forecasts.ts';
export { makeStubGraph, storeStubBundle, STUB_VERSION } from './stub/stub-models.ts';
export { writeOnnx, type Graph } from './stub/onnx-writer.ts';
