export * from './scan-session.ts';
