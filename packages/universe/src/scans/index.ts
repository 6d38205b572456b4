export * from './scan.ts';
export * from './scanner-config.ts';
export { PRESETS } from './presets.ts';
