export { BusEvent } from './event-page.ts';
export { makeEventBus, type EventBus, type EventHandler, type Published } from './event-bus.ts';
export * from './feature-request.ts';
export * from './bridge.ts';
export * from './feature-worker.ts';
