import type { AnyKernel } from '../kernel/kernel.ts';

/** Why a value is NaN. `undefined_value`: the formula has none there (a range of zero, a division by nothing). */
export type AbsenceReason =
  | 'bad_bar'
  | 'short_history'
  | 'unsettled_history'
  | 'no_reference'
  | 'undefined_value'
  | 'no_movement';

/** One column that features are made of, as the schema states it. */
export interface FeatureColumn {
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
  readonly kernel: AnyKernel;
  /** Why its values are NaN behind the warm-up; `undefined_value` unless said otherwise. */
  readonly absence: AbsenceReason;
}

type ColumnParts = Pick<FeatureColumn, 'name' | 'title' | 'warmUpBars'> & Partial<FeatureColumn>;

/** A node from what differs from the usual: unbounded, settled at its warm-up, no needs, no references, no volume. */
export function featureNode(
  parts: Pick<FeatureNode, 'kernel'> & {
    readonly name?: string;
    readonly source: string;
    readonly columns: readonly ColumnParts[];
    readonly needs?: readonly string[];
    readonly references?: readonly string[];
    readonly readsVolume?: boolean;
    readonly absence?: AbsenceReason;
  },
): FeatureNode {
  return {
    name: parts.name ?? parts.columns[0]!.name,
    needs: parts.needs ?? [],
    references: parts.references ?? [],
    readsVolume: parts.readsVolume ?? false,
    kernel: parts.kernel,
    absence: parts.absence ?? 'undefined_value',
    columns: parts.columns.map((column) => ({
      low: null,
      high: null,
      settleBars: column.warmUpBars,
      source: parts.source,
      ...column,
    })),
  };
}
