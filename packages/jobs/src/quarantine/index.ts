export * from './dismiss-quarantined.ts';
export * from './release-quarantined.ts';
