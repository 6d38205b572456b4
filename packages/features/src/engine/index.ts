export * from './node.ts';
export * from './engine.ts';
export { badBars } from './bad-bars.ts';
