export * from './schema.ts';
export * from './normalise.ts';
export * from './build-input.ts';
