export * from './decide-rename.ts';
