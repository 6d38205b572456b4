export {
  type QuarantineSummary,
  findQuarantine,
  listQuarantine,
  quarantineRows,
  readQuarantine,
} from './quarantine.ts';
export * from './dismiss-row.ts';
export * from './release-row.ts';
export { type QuarantineReview, type RowReview, loadReviews } from './review-record.ts';
export { RELEASE_FIELDS, type ReleaseField } from './row-fields.ts';
