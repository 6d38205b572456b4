export * from './rule.ts';
export * from './scan-column.ts';
export { readReferences, SCAN_REFERENCES } from './scan-references.ts';
export * from './scan-table.ts';
export * from './evaluate.ts';
export * from './explain.ts';
export * from './nearest-names.ts';
