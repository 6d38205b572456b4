import { AppError } from '@aion/core';

const START_AGAIN = 'start again without a cursor';
const LIST_DIGITS = 16;

/** The opaque `nextCursor` of a list that is served whole from one object: the list, and the place where the next page begins. */
export const encodeListCursor = (list: string, place: number): string =>
  btoa(`${list.slice(0, LIST_DIGITS)}:${place}`).replaceAll('=', '');

/**
 * Where a page begins. `list` is the hash of what is served now; a cursor of another list is refused with `why`, since its place means
 * something else there. Throws AppError(bad_input).
 */
export function decodeListCursor(cursor: string, list: string, why: string): number {
  const match = /^([0-9a-f]{16}):(\d{1,6})$/.exec(textOf(cursor));
  if (match === null) throw strange();
  if (match[1] !== list.slice(0, LIST_DIGITS)) throw new AppError('bad_input', `${why}; ${START_AGAIN}`);
  return Number(match[2]);
}

function textOf(cursor: string): string {
  try {
    return atob(cursor);
  } catch (cause) {
    throw strange(cause);
  }
}

const strange = (cause?: unknown): AppError =>
  new AppError('bad_input', `the cursor is not one that this server gave; ${START_AGAIN}`, { cause });
