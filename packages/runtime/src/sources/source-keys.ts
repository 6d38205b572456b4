import { AppError } from '@aion/core';
import { type Credentials, SOURCES } from '@aion/market/sources';
import { z } from 'zod';

/** Every key that a source may need, by the name of its environment variable. */
export const KEY_NAMES: readonly string[] = [...new Set(SOURCES.flatMap(({ needs }) => needs))].sort();
const Keys = z.partialRecord(z.enum(KEY_NAMES as [string, ...string[]]), z.string().min(1).max(4096));

/**
 * Keys of sources out of a JSON text. Throws AppError(bad_input), without a word of the text, for one that is no JSON or holds something else.
 *
 * @param where names the text in messages
 * @example parseSourceKeys('{"FRED_API_KEY": "…"}', 'secrets/sources.json')
 */
export function parseSourceKeys(text: string, where: string): Credentials {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser quotes the text, which holds keys.
    throw new AppError('bad_input', `${where} is not JSON; it holds an object such as {"FRED_API_KEY": "…"}`);
  }
  const parsed = Keys.safeParse(json);
  if (parsed.success)
    return Object.fromEntries(
      Object.entries(parsed.data).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  const wrong = parsed.error.issues.map((issue) =>
    'keys' in issue ? (issue.keys as string[]).join(', ') : issue.path.join('.'),
  );
  throw new AppError(
    'bad_input',
    `${where}: ${wrong.join(', ')} cannot be used; known are ${KEY_NAMES.join(', ')}, each with a text`,
  );
}
