import { type Exchange, fromEpochDay } from '@aion/core';
import type { BarTable, SeriesName } from '../bars.ts';
import type { RowDefect } from '../defects.ts';
import { commitBars } from '../lake/commit.ts';
import type { LakePorts } from '../lake/manifest.ts';
import { withOrigin } from '../lake/origins.ts';
import { concatTables, mergeTables } from '../table-merge.ts';
import type { CheckedBars, SeriesRows } from './read-file.ts';
import type { Replacement } from './report.ts';

/** Columns of the rows that conflicts quote: those of daily bars, and of intraday ones. */
export const conflictHeader = (isIntraday: boolean): string =>
  `symbol,${isIntraday ? 'datetime' : 'date'},open,high,low,close,volume`;

export interface StoredFile {
  readonly name: string;
  readonly content: CheckedBars;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: readonly RowDefect[];
  /** Of the stored rows those that took the place of another bar. */
  readonly replacements: readonly Replacement[];
}

/** Collects the good rows of many files, so that each year's object is written once for all of them. */
export interface Staging {
  /** `origin`: the id of where the file came from; its bars carry it. */
  add(name: string, content: CheckedBars, origin: string): void;
  rows(): number;
  /** Merges and stores what was collected, in an order that does not depend on the order of adding. */
  commit(): Promise<StoredFile[]>;
}

interface Part extends SeriesRows {
  readonly file: Tally;
}

interface Tally {
  readonly name: string;
  readonly content: CheckedBars;
  stored: number;
  duplicates: number;
  readonly conflicts: RowDefect[];
  readonly replacements: Replacement[];
}

export function makeStaging(ports: LakePorts, market: Exchange, replace: boolean): Staging {
  let tallies: Tally[] = [];
  let parts: Part[] = [];
  return {
    add(name, content, origin) {
      const file: Tally = { name, content, stored: 0, duplicates: 0, conflicts: [], replacements: [] };
      tallies.push(file);
      for (const part of content.series) parts.push({ ...part, table: withOrigin(part.table, origin), file });
    },
    rows: () => parts.reduce((sum, part) => sum + part.table.symbolIndex.length, 0),
    async commit() {
      for (const series of new Set(parts.map((part) => part.series))) {
        await commitSeries(ports, market, series, precedence(parts.filter((part) => part.series === series)), replace);
      }
      const done = tallies;
      tallies = [];
      parts = [];
      return done;
    },
  };
}

/** The exchange's own files before plain ones, then by name: the first of two differing bars is kept. */
function precedence(parts: readonly Part[]): Part[] {
  const rank = (part: Part): string => `${part.file.content.layout.oneSession ? 0 : 1}${part.file.name}`;
  return [...parts].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

async function commitSeries(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  parts: readonly Part[],
  replace: boolean,
): Promise<void> {
  const starts: number[] = [];
  let total = 0;
  for (const part of parts) {
    starts.push(total);
    total += part.table.symbolIndex.length;
  }
  const partOfRow = new Int32Array(total);
  starts.forEach((start, index) => partOfRow.fill(index, start));
  /** The part and line that row number `row` of the concatenation came from. */
  const originOf = (row: number): { part: Part; line: number } => {
    const index = partOfRow[row]!;
    const part = parts[index]!;
    return { part, line: part.line[row - starts[index]!]! };
  };
  const only = parts.length === 1 ? parts[0]!.table : undefined;
  // One file's rows are sorted and unique already.
  const merged =
    only === undefined
      ? mergeTables(
          parts.map(({ table }) => table),
          false,
        )
      : undefined;
  if (merged !== undefined) {
    const all = concatTables(parts.map(({ table }) => table));
    for (const row of merged.duplicates) originOf(row).part.file.duplicates++;
    for (const { keptRow, lostRow } of merged.conflicts) {
      const kept = originOf(keptRow);
      const where = `${kept.part.file.name} line ${kept.line}`;
      setAside(
        originOf(lostRow),
        all,
        lostRow,
        `${where} gives other values (close ${all.close[keptRow]}) and is kept`,
      );
    }
  }
  const table = merged?.table ?? only!;
  const sourceOf = (row: number): number => (merged === undefined ? row : merged.source[row]!);
  const result = await commitBars(ports, market, series, table, { replace });
  const { storedRows, duplicateRows } = result;
  for (let i = 0; i < storedRows.length; i++) parts[partOfRow[sourceOf(storedRows[i]!)]!]!.file.stored++;
  for (let i = 0; i < duplicateRows.length; i++) parts[partOfRow[sourceOf(duplicateRows[i]!)]!]!.file.duplicates++;
  for (const { row, storedClose, storedSource } of result.replacements) {
    originOf(sourceOf(row)).part.file.replacements.push({
      symbol: table.symbols[table.symbolIndex[row]!]!,
      date: fromEpochDay(table.sessionDay[row]!),
      close: table.close[row]!,
      replacedClose: storedClose,
      replacedSource: storedSource,
    });
  }
  for (const { row, storedClose } of result.conflicts) {
    const message =
      `the store holds other values for this bar (close ${storedClose}) and keeps them; ` +
      'import with replace to take the new ones';
    setAside(originOf(sourceOf(row)), table, row, message);
  }
}

function setAside({ part, line }: { part: Part; line: number }, table: BarTable, row: number, message: string): void {
  part.file.conflicts.push({
    code: 'conflict',
    line,
    field: 'close',
    value: String(table.close[row]),
    message,
    symbol: table.symbols[table.symbolIndex[row]!]!,
    date: fromEpochDay(table.sessionDay[row]!),
    row: rowText(table, row),
  });
}

/** The row in the order of its `conflictHeader`; the file's own text is gone when conflicts show. */
export function rowText(table: BarTable, row: number): string {
  const { openMinute, open, high, low, close, volumeShares } = table;
  const symbol = table.symbols[table.symbolIndex[row]!]!;
  const date = fromEpochDay(table.sessionDay[row]!);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minute = openMinute?.[row];
  const time = minute === undefined ? date : `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  return [symbol, time, ...[open, high, low, close, volumeShares].map((column) => column[row]!)].join(',');
}
