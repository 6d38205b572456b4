import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { KeyRange, Page } from './item-table.ts';

/** The item that a page ended with: its sort key in the index that was walked, and its own key. */
export interface PageEnd {
  readonly sortKey: string;
  readonly pk: string;
  readonly sk: string;
}

const MAX_PAGE_ITEMS = 1000;
const PAGE_ITEMS = 500;

/** The most items that a page holds, capped by MAX_PAGE_ITEMS. Throws AppError(bad_input) for a limit below 1 or no whole number. */
export function pageLimit({ limit = PAGE_ITEMS }: Page): number {
  if (!Number.isInteger(limit) || limit < 1)
    throw new AppError('bad_input', `a page holds 1 to ${MAX_PAGE_ITEMS} items, asked for ${limit}`);
  return Math.min(limit, MAX_PAGE_ITEMS);
}

/** The opaque `next` of a page: where it ended, and the range that it belongs to. All tables give the same. */
export function encodePageCursor(range: KeyRange, { sortKey, pk, sk }: PageEnd): string {
  const parts = [range.table, range.index ?? 'primary', range.pk, sortKey, pk, sk];
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const Part = z.string().min(1);
const Parts = z.tuple([Part, Part, Part, Part, Part, Part]);

/** Where a walk of the range goes on. Throws AppError(bad_input) for a cursor that was not given for it. */
export function decodePageCursor(range: KeyRange, cursor: string): PageEnd {
  const [table, index, rangePk, sortKey, pk, sk] = partsOf(cursor);
  const ofRange = table === range.table && index === (range.index ?? 'primary') && rangePk === range.pk;
  const ofIndex = index !== 'primary' || (pk === rangePk && sk === sortKey);
  if (!ofRange || !ofIndex || isOutside(range, sortKey)) throw strangeCursor();
  return { sortKey, pk, sk };
}

function partsOf(cursor: string): z.infer<typeof Parts> {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return Parts.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw strangeCursor(cause);
  }
}

function isOutside({ prefix = '', from, to }: KeyRange, sortKey: string): boolean {
  return (
    !sortKey.startsWith(prefix) ||
    (from !== undefined && compareUtf8(sortKey, from) < 0) ||
    (to !== undefined && compareUtf8(sortKey, to) > 0)
  );
}

/** The one thing that a table says to whoever asked. */
const strangeCursor = (cause?: unknown): AppError =>
  new AppError('bad_input', 'the cursor is not one that this server gave for this list; start again without it', {
    cause,
    context: { words: 'caller' },
  });

/** Compares sort keys by their UTF-8 bytes, which is the order of their code points and not that of JavaScript's `<`. */
export function compareUtf8(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((letter, i) => letter !== right[i]);
  if (at < 0) return left.length - right.length;
  return at >= right.length ? 1 : left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
}
