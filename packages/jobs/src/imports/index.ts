export * from './import-runs.ts';
export * from './record-import.ts';
