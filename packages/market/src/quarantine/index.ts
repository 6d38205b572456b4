export { type QuarantineSummary, findQuarantine, listQuarantine, readQuarantine } from './quarantine.ts';
export * from './review.ts';
