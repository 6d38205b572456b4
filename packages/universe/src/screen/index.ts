export * from './row-reader.ts';
export * from './screen.ts';
export * from './scan-book.ts';
export * from './table-codec.ts';
