export * from './look-ahead/index.ts';
