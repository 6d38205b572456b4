export * from './import-runs.ts';
