export * from './care-for-lake.ts';
export * from './care-for-series.ts';
export * from './joined-bars.ts';
