export * from './common.ts';
export * from './signals.ts';
export * from './runs.ts';
export * from './account.ts';
export * from './admin.ts';
export * from './quality.ts';
export * from './scanner.ts';
export * from './allowed-host.ts';
