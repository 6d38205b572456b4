export * from './row-reader.ts';
export * from './screen.ts';
