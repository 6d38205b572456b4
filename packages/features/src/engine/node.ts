import type { AnyKernel } from '../kernel/kernel.ts';

/** Why a value is NaN. `undefined_value`: the formula has none there (a range of zero, a division by nothing). */
export type AbsenceReason =
  | 'bad_bar'
  | 'short_history'
  | 'unsettled_history'
  | 'no_reference'
  | 'undefined_value'
  | 'no_movement';

/** What a figure is counted in: fractions are shown in percent, flags as yes or no. */
export type Unit = 'number' | 'price' | 'frac' | 'flag' | 'shares' | 'money';

/** What the schema states of a column, and its hash covers: who trained on other figures must not read these. */
export interface ColumnSchema {
  /** Lower case, digits and underscores; unique in the catalogue. */
  readonly name: string;
  readonly title: string;
  /** The range of its values; null where it has no bound. */
  readonly low: number | null;
  readonly high: number | null;
  /** Bars, the last included, before a first value may exist. */
  readonly warmUpBars: number;
  /**
   * Bars of history after which what came before changes the value by no more than a millionth of its size; null: the whole history
   * counts, however long (running totals, states). On a history that was cut, values that have not settled are not given.
   */
  readonly settleBars: number | null;
  /** Who defines it: `TA-Lib RSI`, a paper, or this project's document. */
  readonly source: string;
}

/** One column that features are made of: its schema, and what readers are to know of it beside that. */
export interface FeatureColumn extends ColumnSchema {
  readonly unit: Unit;
  /**
   * Whose movement it finds a place in: the price's, or the RSI's within the price's. Where that stands still there is no such place, and a
   * reader has no opinion of it, whatever figure the formula gives.
   */
  readonly placesIn: 'price' | 'rsi' | null;
}

/** Of a column what its schema states and hashes: without its unit and `placesIn`, which only tell readers how to take a value. */
export const schemaOf = (column: FeatureColumn): ColumnSchema => ({
  name: column.name,
  title: column.title,
  low: column.low,
  high: column.high,
  warmUpBars: column.warmUpBars,
  settleBars: column.settleBars,
  source: column.source,
});

/** A group of columns that one kernel makes, and what it needs for it. */
export interface FeatureNode {
  /** Names the whole group where it has more than one column. */
  readonly name: string;
  readonly columns: readonly FeatureColumn[];
  /** Columns of other nodes, in the order in which the kernel takes them. */
  readonly needs: readonly string[];
  /** Names of the references that it reads; without them its columns are NaN. */
  readonly references: readonly string[];
  /** False: a bar whose volume is missing is still a bar for it. */
  readonly readsVolume: boolean;
  /** Asks on which day a bar was: of bars without dates it has no value. */
  readonly readsCalendar: boolean;
  /** Has the same values for every instrument of a session. */
  readonly sameForAll: boolean;
  readonly kernel: AnyKernel;
  /** Why its values are NaN behind the warm-up; `undefined_value` unless said otherwise. */
  readonly absence: AbsenceReason;
}

type ColumnParts = Pick<FeatureColumn, 'name' | 'title' | 'warmUpBars'> & Partial<FeatureColumn>;

/** A node from what differs from the usual: unbounded plain numbers, settled at its warm-up, no needs, no references, no volume, no dates. */
export function featureNode(
  parts: Pick<FeatureNode, 'kernel'> & {
    readonly name?: string;
    readonly source: string;
    readonly columns: readonly ColumnParts[];
    readonly needs?: readonly string[];
    readonly references?: readonly string[];
    readonly readsVolume?: boolean;
    readonly readsCalendar?: boolean;
    readonly sameForAll?: boolean;
    readonly absence?: AbsenceReason;
  },
): FeatureNode {
  return {
    name: parts.name ?? parts.columns[0]!.name,
    needs: parts.needs ?? [],
    references: parts.references ?? [],
    readsVolume: parts.readsVolume ?? false,
    readsCalendar: parts.readsCalendar ?? false,
    sameForAll: parts.sameForAll ?? false,
    kernel: parts.kernel,
    absence: parts.absence ?? 'undefined_value',
    columns: parts.columns.map((column) => ({
      low: null,
      high: null,
      settleBars: column.warmUpBars,
      source: parts.source,
      unit: 'number',
      placesIn: null,
      ...column,
    })),
  };
}
