export { noteWhyNow } from './note-why-now.ts';
export * from './work-alerts.ts';
