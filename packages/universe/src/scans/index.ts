export * from './scan.ts';
export * from './scanner-config.ts';
