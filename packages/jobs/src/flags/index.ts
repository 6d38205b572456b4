export * from './switch-flag.ts';
