import { AppError } from '@aion/core';
import { type Credentials, type SourceKind, SOURCES } from '@aion/market/sources';
import { z } from 'zod';

/** Every key that a source may need, by the name of its environment variable. */
export const KEY_NAMES: readonly string[] = [...new Set(SOURCES.flatMap(({ needs }) => needs))].sort();

/** What a task asks sources for, where it has keys of its own. */
export type Asking = 'records' | 'bars';

const KINDS: Readonly<Record<Asking, readonly SourceKind[]>> = {
  records: [
    ...['news', 'ratings', 'economics', 'social', 'fundamentals', 'macro', 'insider', 'options'],
    ...['flags', 'actions'],
  ] as const,
  bars: ['daily_market', 'daily_bars', 'intraday_bars'],
};

/**
 * The keys that are of use to whoever asks for these.
 *
 * @example keysFor('records').includes('KITE_ACCESS_TOKEN') // false
 */
export const keysFor = (asking: Asking): readonly string[] => [
  ...new Set(
    SOURCES.filter(({ kinds }) => kinds.some((kind) => KINDS[asking].includes(kind))).flatMap(({ needs }) => needs),
  ),
];

/**
 * Keys of sources out of a JSON text. Throws AppError(bad_input), without a word of the text, for one that is no JSON or holds something else.
 *
 * @param where names the text in messages
 * @param known the keys that it may hold
 * @example parseSourceKeys('{"FRED_API_KEY": "…"}', 'secrets/sources.json')
 */
export function parseSourceKeys(text: string, where: string, known = KEY_NAMES): Credentials {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser quotes the text, which holds keys.
    throw new AppError('bad_input', `${where} is not JSON; it holds an object such as {"FRED_API_KEY": "…"}`);
  }
  const parsed = z.partialRecord(z.enum(known), z.string().min(1).max(4096)).safeParse(json);
  if (parsed.success)
    return Object.fromEntries(
      Object.entries(parsed.data).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  const wrong = parsed.error.issues.map((issue) =>
    'keys' in issue ? (issue.keys as string[]).join(', ') : issue.path.join('.'),
  );
  throw new AppError(
    'bad_input',
    `${where}: ${wrong.join(', ')} cannot be used; known are ${known.join(', ')}, each with a text`,
  );
}
