export * from './work-alerts.ts';
