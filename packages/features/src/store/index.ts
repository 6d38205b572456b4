export { computeAsKnown, dailyBarsAsOf, dailySeries, eachKnownPart, toSeries } from './daily-series.ts';
export * from './feature-day.ts';
export * from './feature-table.ts';
export { makeReferences, REFERENCE_NAMES, sameForAll } from './references.ts';
export { type References, type ReferenceSeries, type ReferenceSource } from './reference-series.ts';
export { equalWeightIndex } from './sector-series.ts';
