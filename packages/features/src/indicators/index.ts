export * from './moving-average.ts';
export * from './oscillators.ts';
export * from './volatility.ts';
export * from './directional-movement.ts';
export * from './volume.ts';
