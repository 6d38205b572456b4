export * from './change-action.ts';
