export * from './capabilities.ts';
export * from './entitlements.ts';
export * from './billing-events.ts';
export * from './change-user.ts';
export * from './one-time.ts';
export * from './session-identity.ts';
export * from './sessions.ts';
export * from './user-audit.ts';
