export * from './gates.ts';
export * from './rules/index.ts';
export * from './scans/index.ts';
export * from './screen/index.ts';
export * from './alerts/index.ts';
export * from './events/index.ts';
