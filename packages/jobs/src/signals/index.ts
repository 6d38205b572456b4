export * from './latest-list.ts';
