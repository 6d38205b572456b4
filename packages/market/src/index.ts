export * from './actions/index.ts';
export * from './bar-columns.ts';
export * from './bars.ts';
export * from './calendar.ts';
export * from './defects.ts';
export * from './identity/index.ts';
export * from './ingest/import-files.ts';
export * from './ingest/ingest-ports.ts';
export * from './ingest/ingest-table.ts';
export {
  dailyFromMinutes,
  type DerivedDays,
  type LeftOut,
  storeDailyFromMinutes,
} from './ingest/daily-from-minutes.ts';
export { BAR_MINUTES, type BarMinutes } from './ingest/bar-size.ts';
export * from './ingest/read-file.ts';
export { STAMPS, type Stamps } from './ingest/stamps.ts';
export * from './ingest/report.ts';
export { isFund, withObservedIsins } from './funds.ts';
export { loadInstruments, parseInstruments, saveInstruments } from './instruments.ts';
export { type Instrument } from './instrument.ts';
export * from './lake/bar-codec.ts';
export { type CommitOptions, type CommitResult, commitBars } from './lake/commit.ts';
export { type CommitConflict } from './lake/commit-conflict.ts';
export {
  type LakeManifest,
  type LakeObject,
  type LakePorts,
  describeManifest,
  manifestKey,
  readManifest,
} from './lake/manifest.ts';
export { type BarOrigin, loadOrigin, saveOrigin, withOrigin } from './lake/origins.ts';
export { partitionEnd, seriesPlace } from './lake/series.ts';
export { archivable, archivePartitions, type Moved, restorePartitions } from './lake/care/archive.ts';
export { compactLake, type Compacted } from './lake/care/compact.ts';
export { fragmentationReport, type FragmentationReport } from './lake/care/fragmentation.ts';
export { sweepLake, type SweepReport } from './lake/care/sweep.ts';
export { verifyLake, type VerifyReport } from './lake/care/verify.ts';
export { POINTED } from './pointed-object.ts';
export { LAKE_FRESHNESS, type LakeFreshness, newestFullSessionOf, type SessionChoice } from './lake/freshness.ts';
export * from './lake/read.ts';
export { type BarTime, type BarTimes, makeBarTimes } from './parse/bar-time.ts';
export { csvRows } from './parse/csv-rows.ts';
export { epochDayOf } from './parse/dates.ts';
export { readNumber } from './parse/number-text.ts';
export { type Spelling, readSpelling } from './parse/symbol-spelling.ts';
export { type Layout, type LayoutName, detectLayout } from './parse/layout.ts';
export * from './quality/index.ts';
export * from './quarantine/index.ts';
export { quarantineRows } from './quarantine/quarantine.ts';
export * from './unpack.ts';
export * from './validation.ts';
export * from './simulator/simulate-market.ts';
export * from './simulator/simulated-exchange.ts';
export * from './simulator/simulated-records.ts';
export type { SimulatedRegime } from './simulator/market-path.ts';
export * from './timeframes.ts';
export * from './tick-size.ts';
