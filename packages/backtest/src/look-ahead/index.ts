export * from './check.ts';
export { checkReferences, type ReferenceCheck } from './check-references.ts';
export { referenceMarketOf } from './reference-market.ts';
export * from './check-scans.ts';
export * from './check-warm-up.ts';
export { SERIES_REFERENCES, simulatedLookAheadMarket, upTo, type LookAheadMarket } from './market.ts';
export { TIMEFRAMES, type Timeframe } from './track.ts';
export { tracksOf } from './tracks.ts';
export { PLANTED_LEAKS, type PlantedLeak } from './planted-leaks.ts';
