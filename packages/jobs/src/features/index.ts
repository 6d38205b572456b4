export * from './check-look-ahead.ts';
export { keepFeatures } from './keep-features.ts';
export * from './stored-features.ts';
