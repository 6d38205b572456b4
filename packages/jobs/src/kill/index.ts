export * from './set-kill.ts';
