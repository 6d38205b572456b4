export * from './kill-switch.ts';
