export { fundamentalReferences, type FundamentalQuestion } from './fundamental-references.ts';
