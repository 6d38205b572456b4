export * from './capability.ts';
export * from './chain.ts';
export * from './disagreement-store.ts';
export * from './exchange-time.ts';
export * from './policy.ts';
export * from './ports.ts';
export * from './quorum.ts';
export * from './vendor-bars.ts';
