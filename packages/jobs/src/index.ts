export { Actor, actorNamed, OPERATOR, SCHEDULE } from './actor.ts';
export * from './config.ts';
export * from './host.ts';
export * from './market-profile.ts';
export * from './rate-limits.ts';
