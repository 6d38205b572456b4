export * from './compose-sources.ts';
export * from './describe-source.ts';
export { importRecordFile } from './import-record-file.ts';
export * from './open-sources.ts';
