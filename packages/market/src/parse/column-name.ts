/** A column's name without case, blanks and punctuation: `EX-DATE`, `ex_date` and `Ex Date` are one. */
export const columnName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
