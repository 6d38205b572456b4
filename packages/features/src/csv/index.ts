export { readBarsCsv, type CsvBars } from './read-bars.ts';
export { featuresCsv } from './features-csv.ts';
