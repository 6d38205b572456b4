export * from './daily.ts';
export * from './hourly.ts';
export { sessionAt } from './session.ts';
