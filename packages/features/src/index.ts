export * from './columns.ts';
export * from './indicators/index.ts';
export * from './smart-money/index.ts';
export * from './technical.ts';
export * from './timeframe-alignment.ts';
export * from './model-input/index.ts';
