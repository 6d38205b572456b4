export * from './kernel.ts';
export * from './stream.ts';
