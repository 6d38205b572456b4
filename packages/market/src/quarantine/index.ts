export {
  type QuarantineSummary,
  findQuarantine,
  listQuarantine,
  quarantineRows,
  readQuarantine,
} from './quarantine.ts';
export * from './review.ts';
