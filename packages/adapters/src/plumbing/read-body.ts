import { errorMessage } from '@aion/core';
import { sourceFault } from './faults.ts';

/**
 * Reads an answer's body, at most `maxBytes` of it. Throws when it is larger, when the connection ended before its end, or when it has not the
 * length that it claims.
 */
export async function readBody(source: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const claimed = Number(response.headers.get('content-length') ?? Number.NaN);
  const encoded = response.headers.get('content-encoding') !== null;
  const tooLarge = (): Error =>
    sourceFault(
      'too_large',
      source,
      `expected an answer of at most ${maxBytes} bytes, it has more; ask for less at a time`,
    );
  if (claimed > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    // undici says "terminated" when the other side closed in the middle.
    if (!(error instanceof TypeError)) throw error;
    const message = `the answer broke off after ${total} bytes (${errorMessage(error)}); ask again`;
    throw sourceFault('broken_body', source, message, { cause: error });
  }
  if (!encoded && Number.isFinite(claimed) && claimed !== total) {
    throw sourceFault('broken_body', source, `expected ${claimed} bytes, ${total} came; ask again`);
  }
  return new Uint8Array(Buffer.concat(chunks, total));
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
export function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const text = response.headers.get('retry-after');
  if (text === null) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
