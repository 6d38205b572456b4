import { csvCell } from '@aion/core';
import { CALENDAR_COLUMNS, resolveColumns } from '../catalogue/index.ts';
import { makeFeatureEngine, type AbsenceReason, type ComputeOptions } from '../engine/index.ts';
import type { CsvBars } from './read-bars.ts';

export interface FeaturesCsv {
  readonly columns: readonly string[];
  /** The file, piece by piece. */
  lines(): Generator<string>;
  /** Of each column: how many rows have a value, and why the others have none. */
  readonly filled: Readonly<
    Record<string, { readonly values: number; readonly empty: Readonly<Record<string, number>> }>
  >;
}

/** Features of a file's bars, a row for each of its rows and in its order; a missing value is an empty cell. */
export function featuresCsv(bars: CsvBars, names: readonly string[], options?: ComputeOptions): FeaturesCsv {
  const { columns, nodes } = resolveColumns(names);
  const engine = makeFeatureEngine(nodes, columns);
  const made = columns.map(() => new Float64Array(bars.rowCount).fill(Number.NaN));
  const empty = columns.map(() => new Map<AbsenceReason | 'no_bar' | 'no_date', number>());
  const undated = columns.map((name) => !bars.dated && CALENDAR_COLUMNS.has(name));
  for (const { rows, series } of bars.instruments) {
    const values = engine.compute(series, options);
    columns.forEach((name, place) => {
      if (undated[place]) empty[place]!.set('no_date', (empty[place]!.get('no_date') ?? 0) + rows.length);
      else rows.forEach((row, bar) => (made[place]![row] = values[name]![bar]!));
    });
    const reasonsAt = engine.explain(series, options);
    for (let bar = 0; bar < rows.length; bar++) {
      reasonsAt(
        columns.map((name) => values[name]![bar]!),
        bar,
      ).forEach((reason, place) => {
        if (reason !== undefined && !undated[place]) empty[place]!.set(reason, (empty[place]!.get(reason) ?? 0) + 1);
      });
    }
  }
  const unused = bars.rowCount - bars.instruments.reduce((sum, { rows }) => sum + rows.length, 0);
  const filled = columns.map((name, place) => {
    const counts = empty[place]!;
    if (unused > 0) counts.set('no_bar', unused);
    const without = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return [name, { values: bars.rowCount - without, empty: Object.fromEntries(counts) }] as const;
  });
  return { columns, filled: Object.fromEntries(filled), lines: () => linesOf(bars, columns, made) };
}

function* linesOf(bars: CsvBars, columns: readonly string[], made: readonly Float64Array[]): Generator<string> {
  const { keys } = bars;
  yield `${[...keys.header, ...columns].map(csvCell).join(',')}\n`;
  for (let row = 0; row < bars.rowCount; row++) {
    const values = made.map((column) => (Number.isNaN(column[row]!) ? '' : String(column[row])));
    yield `${[...keys.rows[row]!.map(csvCell), ...values].join(',')}\n`;
  }
}
