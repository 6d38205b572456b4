import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { isAppError } from '@aion/core';
import { limitBody } from './body-limit.ts';

/** A route that reads its body; the answer is its length, or code and words of the refusal. */
function routeOf(bytes: number) {
  let read = 0;
  const app = new Hono()
    .post('/', limitBody(bytes), async (c) => {
      const body = await c.req.arrayBuffer();
      read++;
      return c.text(String(body.byteLength));
    })
    .onError((error, c) => c.text(isAppError(error) ? `${error.code}: ${error.message}` : String(error), 413));
  const send = async (
    body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
    headers: Record<string, string> = {},
  ) => {
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' };
    return (await app.request('/', init)).text();
  };
  return { send, read: () => read };
}
const chunks = (sizes: readonly number[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const size of sizes) controller.enqueue(new Uint8Array(size));
      controller.close();
    },
  });

describe('a body', () => {
  it.each([0, 1, 2047, 2048])('of %i bytes passes where 2 KiB may', async (size) => {
    const { send } = routeOf(2048);
    expect(await send(new Uint8Array(size), { 'content-length': String(size) })).toBe(String(size));
    expect(await send(chunks([Math.floor(size / 2), Math.ceil(size / 2)]))).toBe(String(size));
  });

  it('that is larger is refused by its declared length and while it is read, and its route never gets it', async () => {
    const { send, read } = routeOf(2048);
    const words = 'too_large: the body is larger than the 2 KiB that this route takes; send less at once';
    expect(await send(new Uint8Array(2049), { 'content-length': '2049' })).toBe(words);
    expect(await send(chunks([2048, 1]))).toBe(words);
    expect(await send(chunks(Array(100).fill(1024) as number[]))).toBe(words);
    expect(read()).toBe(0);
  });

  it('is told the limit in MiB where it is one', async () => {
    expect(await routeOf(3 * 1024 * 1024).send(new Uint8Array(1), { 'content-length': '99999999' })).toContain('3 MiB');
  });
});
