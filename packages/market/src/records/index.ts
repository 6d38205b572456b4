export * from './flags.ts';
export { MACRO_SERIES } from './macro-lags.ts';
export * from './measures.ts';
export * from './record.ts';
export * from './record-source.ts';
export * from './record-store.ts';
export * from './read-files.ts';
