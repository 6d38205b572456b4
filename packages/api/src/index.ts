export { createApi } from './app.ts';
export { makeRateLimits, type RateLimiters } from './rate-limit.ts';
export type { Api } from './openapi.ts';
export { MAX_UPLOAD_BYTES, type ApiDeps, type StagedUpload } from './deps.ts';
export { quarantinePage } from './admin/quarantine-page.ts';
export { reviewRow } from './admin/review-row.ts';
export { toImportDto, UPLOAD_CAPS } from './admin/import-report-dto.ts';
