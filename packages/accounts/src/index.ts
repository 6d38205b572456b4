export * from './capabilities.ts';
export * from './entitlements.ts';
export * from './billing-events.ts';
export * from './change-user.ts';
