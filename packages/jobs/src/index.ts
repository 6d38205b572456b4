export * from './daily.ts';
export * from './hourly.ts';
export { requireSession, sessionAt } from './session.ts';
