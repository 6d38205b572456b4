/** The rows of the list of faults that a hostile review found; each must have a check. */
export const ROWS: readonly string[] = [...Array.from({ length: 17 }, (_, i) => String(i + 1)), 'low'];

export interface Finding {
  readonly row: string;
  readonly title: string;
  readonly held: boolean;
  /** What the attacker got; empty where the product held. */
  readonly got: string;
  readonly seconds: number;
}

/** Rows of the list, or of those that were asked for, that no attack belongs to. */
export function rowsWithoutCheck(attacks: readonly { readonly row: string }[], asked: readonly string[]): string[] {
  const checked = new Set(attacks.map(({ row }) => row));
  return (asked.length === 0 ? ROWS : asked).filter((row) => !checked.has(row));
}

/** Attacks in the order of the list. Throws for a row that the list does not have. */
export function inOrder<T extends { readonly row: string; readonly title: string }>(attacks: readonly T[]): T[] {
  for (const { row, title } of attacks)
    if (!ROWS.includes(row)) throw new Error(`"${title}" is of row ${row}, which is none of ${ROWS.join(', ')}`);
  return attacks.toSorted((a, b) => ROWS.indexOf(a.row) - ROWS.indexOf(b.row));
}
