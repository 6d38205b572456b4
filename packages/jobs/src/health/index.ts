export * from './checks.ts';
export * from './health.ts';
