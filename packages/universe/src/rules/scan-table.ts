import type { AbsenceReason } from '@aion/features';

/** Why a figure is missing, in words. */
const ABSENCES: Readonly<Record<AbsenceReason, string>> = {
  bad_bar: 'bad_bar: the bar has no usable price or volume',
  short_history: 'short_history: too few bars',
  unsettled_history: 'unsettled_history: the stored bars begin too late',
  no_reference: 'no_reference: the series it is measured against is missing',
  undefined_value: 'undefined_value: the formula has none here',
  no_movement: 'no_movement: the price stands still, so an oscillator of it says nothing',
};
const CODES = Object.keys(ABSENCES) as AbsenceReason[];

/** The columns of one date, of every symbol: the last closed bar and the one before. Rows are sorted by symbol. */
export interface ScanTable {
  readonly symbols: readonly string[];
  readonly columns: readonly string[];
  /** By column; NaN where there is no value. */
  readonly now: ReadonlyMap<string, Float64Array>;
  readonly before: ReadonlyMap<string, Float64Array>;
  /** Codes of `absenceWords` where a value is NaN. */
  readonly absentNow: ReadonlyMap<string, Uint8Array>;
  readonly absentBefore: ReadonlyMap<string, Uint8Array>;
}

/** One symbol's row: values of the bar and of the one before, in the order of the columns. */
export interface ScanRow {
  readonly symbol: string;
  readonly now: ArrayLike<number>;
  readonly before: ArrayLike<number>;
  readonly absentNow: ArrayLike<number>;
  readonly absentBefore: ArrayLike<number>;
}

/** The code by which a scan table says why a figure is missing: 1 and up, 0 being a figure that is there. */
export const absenceCode = (reason: AbsenceReason): number => CODES.indexOf(reason) + 1;

/** Why a figure is missing, in words, by its code in a scan table. */
export function absenceWords(code: number): string {
  const reason = CODES[code - 1];
  return reason === undefined ? 'undefined_value: there is none' : ABSENCES[reason];
}

/**
 * Lays rows side by side as columns, sorted by symbol whatever their order.
 *
 * @example
 * const absent = { absentNow: [0], absentBefore: [0] };
 * const rows = [{ symbol: 'TCS', now: [61], before: [58], ...absent }, { symbol: 'INFY', now: [24], before: [47], ...absent }];
 * makeScanTable(['rsi14'], rows).now.get('rsi14') // [24, 61]: INFY comes first
 */
export function makeScanTable(columns: readonly string[], rows: readonly ScanRow[]): ScanTable {
  const sorted = [...rows].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
  const spread = <T extends Float64Array | Uint8Array>(
    made: () => T,
    of: (row: ScanRow) => ArrayLike<number>,
  ): Map<string, T> => {
    const spreads = columns.map(made);
    for (const [i, row] of sorted.entries()) {
      const cells = of(row);
      for (let at = 0; at < spreads.length; at++) spreads[at]![i] = cells[at]!;
    }
    return new Map(columns.map((name, at) => [name, spreads[at]!]));
  };
  const figures = (): Float64Array => new Float64Array(sorted.length);
  const codes = (): Uint8Array => new Uint8Array(sorted.length);
  return {
    symbols: sorted.map(({ symbol }) => symbol),
    columns,
    now: spread(figures, ({ now }) => now),
    before: spread(figures, ({ before }) => before),
    absentNow: spread(codes, ({ absentNow }) => absentNow),
    absentBefore: spread(codes, ({ absentBefore }) => absentBefore),
  };
}
