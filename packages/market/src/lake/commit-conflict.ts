export interface CommitConflict {
  readonly row: number;
  readonly storedClose: number;
}

/** The bar that gave way: its close and its origin's source. */
export interface CommitReplacement extends CommitConflict {
  readonly storedSource: string;
}
