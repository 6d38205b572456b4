export * from './alert.ts';
export * from './alert-words.ts';
export * from './patterns.ts';
export * from './priority-list.ts';
export * from './catalysts.ts';
export * from './markets.ts';
