import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { answer, sessionRoute } from './route.ts';

vi.mock('server-only', () => ({}));

const CHUNK = new TextEncoder().encode('é'.repeat(512));

/** A request of the site's own page whose body comes in chunks, and how many of them were asked for. */
function sent(chunks: readonly Uint8Array<ArrayBuffer>[], headers: Record<string, string> = {}) {
  const read = { chunks: 0 };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const chunk = chunks[read.chunks++];
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  const host = 'localhost:3000';
  const own = { host, origin: `http://${host}`, 'content-type': 'application/json', ...headers };
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers: own, body, duplex: 'half' };
  return { request: new Request(`http://${host}/session/x`, init), read };
}
const route = sessionRoute(z.strictObject({ text: z.string() }), async ({ text }) => answer(200, { text }));

describe('the body of a session route', () => {
  it('is refused when it is too large, and no more of it is read than says so', async () => {
    const many = Array.from({ length: 1000 }, () => CHUNK);
    const counted = sent(many);
    expect((await route(counted.request)).status).toBe(413);
    expect(counted.read.chunks).toBe(9);
    const declared = sent(many, { 'content-length': String(CHUNK.length * 1000) });
    expect((await route(declared.request)).status).toBe(413);
    expect(declared.read.chunks).toBe(0);
  });

  it('is read whole up to that, wherever a chunk was cut; none at all is a bad one', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ text: 'é₹' }));
    const { request } = sent([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(await (await route(request)).json()).toEqual({ text: 'é₹' });
    expect((await route(sent([]).request)).status).toBe(400);
  });
});
