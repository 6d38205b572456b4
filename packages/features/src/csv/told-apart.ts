import { type Exchange, AppError } from '@aion/core';
import { type BarTime, type csvRows, readSpelling } from '@aion/market';
import { columnLabel, type BarHeader } from './bar-header.ts';

export type CsvLine = ReturnType<typeof csvRows>[number];

export interface Row {
  readonly row: number;
  readonly line: number;
  readonly time: BarTime | undefined;
  /** Of the time, to order rows. */
  readonly seconds: number;
  /** False for a bar whose prices are broken. */
  readonly whole: boolean;
  /** Open, high, low, close, volume, references. */
  readonly values: readonly number[];
}

/** The rows of one series of one share; without a series in its name a share is of the shares proper. */
export interface RowGroup {
  readonly share: string;
  readonly series: string;
  readonly rows: Row[];
}

export const SHARES = 'EQ';

/** EQ, or whichever the caller named. A file of one other series alone is of that one. */
export function seriesWanted(lines: readonly CsvLine[], column: number, asked: string): string {
  const wanted = asked.toUpperCase();
  if (column < 0) return wanted;
  const found = new Set(lines.map(({ fields }) => (fields[column] ?? '').toUpperCase()));
  if (found.has(wanted)) return wanted;
  const [only] = found;
  if (found.size === 1 && wanted === SHARES) return only!;
  throw new AppError(
    'bad_input',
    `the column of series holds ${[...found].slice(0, 8).join(', ')} and no ${asked}; say which one with --series`,
  );
}

/** The groups by what the names of a file mean, each name read once. */
export function makeGroups(exchange: Exchange) {
  const groups = new Map<string, RowGroup>();
  const renamed = new Map<string, string>();
  const byName = new Map<string, RowGroup | undefined>();
  const groupOf = (text: string): RowGroup | undefined => {
    const given = text.toUpperCase();
    const read = readSpelling(given, exchange);
    if (read.kind === 'other_exchange') return undefined;
    const { symbol: share } = read;
    const series = read.kind === 'series' ? read.series : SHARES;
    const name = symbolOf({ share, series });
    if (name !== given) renamed.set(given, name);
    const known = groups.get(name) ?? { share, series, rows: [] };
    groups.set(name, known);
    return known;
  };
  return {
    renamed,
    /** Undefined for a share of another exchange. */
    of(text: string): RowGroup | undefined {
      const known = byName.get(text);
      if (known !== undefined || byName.has(text)) return known;
      const group = groupOf(text);
      byName.set(text, group);
      return group;
    },
    /** Of a share with rows of the wanted series these alone; the others are counted. A share of other series alone is each of them. */
    kept(wanted: string, left: Map<string, number>): RowGroup[] {
      const own = new Set<string>();
      for (const { share, series, rows } of groups.values()) if (series === wanted && rows.length > 0) own.add(share);
      return [...groups.values()].filter(({ share, series, rows }) => {
        const keep = series === wanted || !own.has(share);
        if (!keep) left.set(series, (left.get(series) ?? 0) + rows.length);
        return keep && rows.length > 0;
      });
    },
  };
}

export const symbolOf = ({ share, series }: Pick<RowGroup, 'share' | 'series'>): string =>
  series === SHARES ? share : `${share}-${series}`;

/** Share of rows with another row's time and other prices from which the file is taken for one of several instruments. */
const MIXED_FRAC = 0.05;
const MOST_CODES = 20_000;

/**
 * Refuses a file in which rows of the same time have other prices: bars of several instruments would be mixed into one series. Of the columns
 * that tell the rows apart the one with the fewest codes is named; numbers that hardly repeat (a turnover) are no codes.
 *
 * @param sorted the rows of each group, oldest first
 */
export function requireOneEach(
  header: readonly string[],
  lines: readonly CsvLine[],
  at: BarHeader,
  sorted: readonly (readonly Row[])[],
): void {
  const rowCount = sorted.reduce((sum, rows) => sum + rows.length, 0);
  let mixed = 0;
  let shown: readonly [Row, Row] | undefined;
  for (const rows of sorted) {
    let first = rows[0]!;
    for (const row of rows) {
      if (row.seconds !== first.seconds) first = row;
      else if (row !== first && !samePrices(row, first)) {
        mixed++;
        shown ??= [first, row];
      }
    }
  }
  if (at.time < 0 || shown === undefined || mixed < MIXED_FRAC * rowCount) return;
  const used = new Set([...at.keys, ...at.prices, at.volume]);
  const codes = header.flatMap((_, column) => {
    if (used.has(column)) return [];
    const found = new Set(lines.map(({ fields }) => fields[column] ?? ''));
    const words = [...found].some((code) => Number.isNaN(Number(code)));
    const isCode = found.size > 1 && found.size <= MOST_CODES && (words || found.size * 2 <= rowCount);
    return isCode && tellsApart(sorted, ({ row }) => lines[row]!.fields[column] ?? '', rowCount)
      ? [{ column, found }]
      : [];
  });
  const [best] = codes.sort((a, b) => a.found.size - b.found.size);
  if (best !== undefined)
    throw new AppError(
      'bad_input',
      `rows of the same time are told apart by the column ${columnLabel(header, best.column)} (${[...best.found].slice(0, 4).join(', ')} …), which is not known; name it symbol (time where it holds clock times), or give one instrument a file`,
    );
  const [one, other] = shown;
  throw new AppError(
    'bad_input',
    `${mixed} of ${rowCount} rows have an earlier row's time and other prices (lines ${one.line} and ${other.line} close at ${one.values[3]} and ${other.values[3]}), and no column tells them apart; add a column named symbol, or give one instrument a file`,
  );
}

const samePrices = (a: Row, b: Row): boolean =>
  [0, 1, 2, 3].every((place) => Object.is(a.values[place], b.values[place]));

const tellsApart = (sorted: readonly (readonly Row[])[], codeOf: (row: Row) => string, rowCount: number): boolean => {
  const apart = sorted.reduce((sum, rows) => sum + new Set(rows.map((row) => `${codeOf(row)} ${row.seconds}`)).size, 0);
  return rowCount - apart < MIXED_FRAC * rowCount;
};
