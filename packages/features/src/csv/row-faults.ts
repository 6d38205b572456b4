import { AppError } from '@aion/core';
import { PRICE_COLUMNS } from '@aion/market';
import type { CsvLine } from './told-apart.ts';

/** Share of rows with more cells than the header has columns from which no cell of the file is sure to stand in its column. */
const SHIFTED_FRAC = 0.05;

/** Empty cells behind the last column, as a comma at the end of a line makes them, do no harm. */
export const hasMoreCells = (fields: readonly string[], header: readonly string[]): boolean =>
  fields.length > header.length && fields.some((cell, column) => column >= header.length && cell !== '');

/** Refuses a file whose rows do not have the header's shape: `1.234,5` without quotes is two cells, and every column behind it another's. */
export function requireCells(header: readonly string[], lines: readonly CsvLine[]): void {
  const longer = lines.filter(({ fields }) => hasMoreCells(fields, header));
  if (longer.length === 0 || longer.length <= SHIFTED_FRAC * lines.length) return;
  const [{ line, fields }] = longer as [(typeof longer)[number]];
  throw new AppError(
    'bad_input',
    `${longer.length} of ${lines.length} rows have more cells than the header has columns (line ${line}: ${fields.length}, header: ${header.length}); quote cells with a comma, write decimals with a point, or name the columns that are missing`,
  );
}

/** The place of the last price. */
export const CLOSE = 3;

/** Why the engine has no value on a bar; undefined where it has. */
export function brokenPrice(values: readonly number[]): string | undefined {
  for (const [place, name] of PRICE_COLUMNS.entries()) {
    const value = values[place]!;
    if (Number.isNaN(value)) return `${name} is missing`;
    if (value <= 0) return `${name} is ${value}, not above 0; the bar is broken`;
  }
  return values[1]! < values[2]! ? `high ${values[1]} is below low ${values[2]}; the bar is broken` : undefined;
}
