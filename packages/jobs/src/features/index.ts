export { keepFeatures } from './keep-features.ts';
export * from './look-ahead-market.ts';
export * from './stored-features.ts';
