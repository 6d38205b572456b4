export * from './alignment.ts';
export { closingDays, PERIOD_CLOSES } from './period-closes.ts';
