export { createApi } from './app.ts';
export { makeRateLimits } from './rate-limit.ts';
export type { Api } from './openapi.ts';
export { MAX_UPLOAD_BYTES, type ApiDeps, type StagedUpload } from './deps.ts';
export { quarantinePage } from './quarantine-page.ts';
export { reviewRow } from './review-row.ts';
export { toImportDto, UPLOAD_CAPS } from './import-report-dto.ts';
