/** How long a reason is: no shorter one says anything, and of a longer one there is no room where it is kept. */
export const WHY_LETTERS = { least: 3, most: 500 } as const;

/**
 * Whether a text is a reason, the blanks around it left out: for a form, which must not load a schema. Whoever keeps the reason asks `requireWhy`.
 *
 * @example isWhy(' no ') // false
 */
export function isWhy(text: string): boolean {
  const { length } = text.trim();
  return length >= WHY_LETTERS.least && length <= WHY_LETTERS.most;
}
