export { BusEvent } from './event-page.ts';
export * from './event-bus.ts';
export * from './feature-request.ts';
export * from './bridge.ts';
export * from './feature-worker.ts';
