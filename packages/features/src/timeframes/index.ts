export * from './alignment.ts';
export { PERIOD_CLOSES, periodCloses } from './period-closes.ts';
