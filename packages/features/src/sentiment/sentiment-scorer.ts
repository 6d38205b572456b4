/** A text's mood. */
export interface TextScore {
  /** −1 bad to 1 good. */
  readonly score: number;
  /** Who judged: scores of different scorers are not to be mixed. */
  readonly source: string;
}

/** Judges a text; also what catalyst scanners take. */
export type TextScorer = (text: string) => TextScore;
