export * from './change-action.ts';
export * from './known-actions.ts';
