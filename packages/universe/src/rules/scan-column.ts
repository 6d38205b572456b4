import { AppError } from '@aion/core';
import { FEATURE_NODES, resolveColumns, type FeatureColumn, type Unit } from '@aion/features';
import { nearestHint } from './nearest-names.ts';

/** A column that rules may name: a feature, or the bar's own prices and volume. */
export interface ScanColumn {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
}

/** The bar itself, adjusted as of the session. */
export const BAR_COLUMNS = {
  open: { name: 'open', title: 'Open', unit: 'price' },
  high: { name: 'high', title: 'High', unit: 'price' },
  low: { name: 'low', title: 'Low', unit: 'price' },
  close: { name: 'close', title: 'Close', unit: 'price' },
  volume: { name: 'volume', title: 'Volume', unit: 'shares' },
} as const satisfies Readonly<Record<string, ScanColumn>>;

const known = new Map<string, ScanColumn>(Object.entries(BAR_COLUMNS));

/** The title and unit of a column that rules may read. Throws AppError(bad_input) with the nearest names for one that there is not. */
export function scanColumn(name: string): ScanColumn {
  const held = known.get(name);
  if (held !== undefined) return held;
  const column = featureColumn(name);
  if (column === undefined) {
    const names = [...known.keys(), ...FEATURE_NODES.flatMap(({ columns }) => columns.map((one) => one.name))];
    throw new AppError('bad_input', `there is no column "${name}"${nearestHint(name, new Set(names))}`);
  }
  const made = { name, title: column.title, unit: column.unit };
  known.set(name, made);
  return made;
}

/** A single column of that very name; groups are none. */
function featureColumn(name: string): FeatureColumn | undefined {
  for (const node of FEATURE_NODES) {
    const found = node.columns.find((column) => column.name === name);
    if (found !== undefined) return found;
  }
  try {
    return resolveColumns([name])
      .nodes.flatMap(({ columns }) => columns)
      .find((column) => column.name === name);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_input') return undefined;
    throw error;
  }
}

/** A figure in words, with the digits that a person reads. */
export function wordsOf(value: number, unit: Unit): string {
  switch (unit) {
    case 'frac':
      return `${rounded(100 * value, 1)} %`;
    case 'flag':
      return value > 0 ? 'yes' : 'no';
    case 'price':
      return value.toFixed(2);
    case 'shares':
    case 'money':
      return Math.round(value).toLocaleString('en-IN');
    default:
      return rounded(value, 2);
  }
}

const rounded = (value: number, digits: number): string =>
  String(Number(Math.abs(value) >= 1 || value === 0 ? value.toFixed(digits) : value.toPrecision(2)));
