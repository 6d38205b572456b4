export * from './change-user.ts';
export * from './make-user-link.ts';
