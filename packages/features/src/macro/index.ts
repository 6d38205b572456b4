export { macroReferences } from './macro-references.ts';
export { MACRO_SERIES, type MacroSeries } from './macro-series.ts';
export type { SessionStretch } from './session-closes.ts';
