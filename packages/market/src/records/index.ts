export * from './flags.ts';
export * from './record.ts';
export * from './record-source.ts';
export * from './record-store.ts';
export * from './read-files.ts';
