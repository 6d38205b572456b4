export * from './feature-flags.ts';
export * from './kill.ts';
export * from './kill-items.ts';
export * from './kill-switch.ts';
