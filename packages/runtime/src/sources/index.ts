export * from './compose-sources.ts';
export * from './describe-source.ts';
export { importRecordFile } from '../embedded/market/import-record-file.ts';
export * from '../embedded/sources/open-sources.ts';
