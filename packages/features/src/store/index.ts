export { computeAsKnown, dailyBarsAsOf, dailySeries, eachKnownPart, toSeries } from './daily-series.ts';
export * from './feature-day.ts';
export * from './feature-table.ts';
export {
  makeReferences,
  REFERENCE_NAMES,
  sameForAll,
  type References,
  type ReferenceSeries,
  type ReferenceSource,
} from './references.ts';
export { equalWeightIndex } from './sector-series.ts';
