export { createApi } from './app.ts';
export type { Api } from './openapi.ts';
export { MAX_UPLOAD_BYTES, type ApiDeps, type StagedUpload } from './deps.ts';
