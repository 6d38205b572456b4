import { AppError } from '@aion/core';
import { MARKET_HMM, PERIOD_CLOSES, resolveColumns } from '@aion/features';
import { BAR_COLUMNS } from './scan-column.ts';

/** Series that stand beside the bars of a scan: closed weeks and months, the index and its regime, volatility, currency and the own sector. */
export const SCAN_REFERENCES: ReadonlySet<string> = new Set([
  ...Object.values(PERIOD_CLOSES),
  'index_close',
  'vix_close',
  'fx_close',
  'sector_close',
  ...MARKET_HMM,
]);

const known = new Map<string, ReadonlySet<string>>();

/** Names of the series that a column reads beside the bars, itself or through another column. */
function referencesOf(name: string): ReadonlySet<string> {
  const held = known.get(name);
  if (held !== undefined) return held;
  const found = new Set<string>();
  if (Object.hasOwn(BAR_COLUMNS, name)) return found;
  const home = resolveColumns([name]).nodes.find(({ columns }) => columns.some((column) => column.name === name))!;
  for (const reference of home.references) found.add(reference);
  for (const need of home.needs) for (const reference of referencesOf(need)) found.add(reference);
  known.set(name, found);
  return found;
}

/** Whether any of the columns reads a series beside the bars; where none does, no references need to be loaded. */
export const readReferences = (columns: readonly string[]): boolean =>
  columns.some((name) => referencesOf(name).size > 0);

/** Throws AppError(bad_input) for a column that no scan can have a value of: records are no input of a scan. */
export function requireReferences(name: string): void {
  const missing = [...referencesOf(name)].filter((reference) => !SCAN_REFERENCES.has(reference));
  if (missing.length === 0) return;
  throw new AppError(
    'bad_input',
    `scans cannot read "${name}": it needs ${missing.join(', ')}; a scan has bars, index, volatility index, currency and sectors, ` +
      'and no records (macro, company figures, texts); use another column',
  );
}
