export * from './daily-series.ts';
export * from './feature-day.ts';
export * from './feature-table.ts';
export * from './references.ts';
export { stepSymbol } from './symbol-step.ts';
