export * from './checks.ts';
export * from './freshness.ts';
export * from './health.ts';
