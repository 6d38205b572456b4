export * from './capabilities.ts';
export * from './entitlements.ts';
