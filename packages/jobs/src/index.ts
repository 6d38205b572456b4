export * from './daily.ts';
export * from './hourly.ts';
