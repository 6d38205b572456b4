export * from './audit-lake.ts';
export * from './decide-finding.ts';
