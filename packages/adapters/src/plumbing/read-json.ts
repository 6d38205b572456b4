import type { z } from 'zod';
import { sourceFault } from './faults.ts';
import { firstWords } from './scrubber.ts';
import type { SourceAnswer, SourceHttp } from './source-request.ts';

/**
 * The answer's JSON through a schema; throws a fault of the source when it is none or has another shape. `notice` sees it first: the place for
 * errors that come with status 200.
 */
export function readJson<T>(
  { source, scrub }: Pick<SourceHttp, 'source' | 'scrub'>,
  answer: SourceAnswer,
  schema: z.ZodType<T>,
  notice?: (json: unknown) => void,
): T {
  const { url } = answer.provenance;
  const text = answer.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body and is not scrubbed.
    const message = `expected JSON, found ${answer.bytes.length} bytes that end in "${firstWords(text.slice(-60), scrub)}"; ask again`;
    throw sourceFault('broken_body', source, message, { url });
  }
  notice?.(json);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = issue.path.join('.') || 'top';
  const message = `the answer has not the expected shape (${where}: ${issue.message}); found "${firstWords(text, scrub)}". The vendor may have changed it`;
  throw sourceFault('shape', source, message, { url });
}
