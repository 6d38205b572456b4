export { computeAsKnown, dailyBarsAsOf, dailySeries, toSeries } from './daily-series.ts';
export * from './feature-day.ts';
export * from './feature-table.ts';
export { makeReferences, REFERENCE_NAMES, type References, type ReferenceSeries } from './references.ts';
