export { createApi, type Api } from './app.ts';
export { MAX_UPLOAD_BYTES, type ApiDeps } from './deps.ts';
