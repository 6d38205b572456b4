import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { ApiEnv } from './caller.ts';
import { sendTagged } from './tagged-answer.ts';

const ETAG = '"abc"';
const json = new TextEncoder().encode('{"signals":[]}');
const app = new Hono<ApiEnv>().get('/', (c) =>
  sendTagged(c, { etag: ETAG, json, gzip: new Uint8Array(gzipSync(json)) }),
);
const ask = async (headers: Record<string, string>) => app.request('/', { headers });

describe('an answer with a tag', () => {
  it.each([ETAG, `W/${ETAG}`, '*', `"x", ${ETAG}`, `"x",W/"y" ,W/${ETAG}`, ` ${ETAG} `])(
    'is unchanged for If-None-Match: %s, and says by which tag',
    async (tags) => {
      const response = await ask({ 'if-none-match': tags });
      expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([304, '', ETAG]);
      expect(response.headers.get('vary')).toBe('authorization, accept-encoding');
    },
  );

  it.each(['', '"x"', 'abc', '"abc', 'W/"x", "abcd"', '"xabc"', 'w/"abc"', 'W/*', '**'])(
    'is sent for If-None-Match: %j',
    async (tags) => {
      const response = await ask({ 'if-none-match': tags });
      expect([response.status, await response.text()]).toEqual([200, '{"signals":[]}']);
    },
  );

  it('is never kept by a cache that others share', async () => {
    expect((await ask({})).headers.get('cache-control')).toBe('private, no-cache');
  });
});

describe('an answer is zipped', () => {
  const coding = fc.record({
    name: fc.constantFrom('gzip', 'GZIP', '*', 'br', 'identity', 'xgzip'),
    weight: fc.constantFrom(undefined, '0', '0.0', '0.000', '0.001', '0.5', '1', '1.0'),
  });
  it('where the client takes gzip by its own name or by *, and by no other', async () => {
    const seen = { zipped: 0, plain: 0, 'refused by name beside *': 0 };
    const codings = fc.uniqueArray(coding, { maxLength: 4, selector: ({ name }) => name.toLowerCase() });
    await fc.assert(
      fc.asyncProperty(codings, fc.constantFrom(',', ', ', ' , '), async (list, comma) => {
        const header = list
          .map(({ name, weight }) => (weight === undefined ? name : `${name};q=${weight}`))
          .join(comma);
        const response = await ask(header === '' ? {} : { 'accept-encoding': header });
        const of = (name: string) => list.find((each) => each.name.toLowerCase() === name);
        const [named, any] = [of('gzip'), of('*')];
        const counts = named ?? any;
        const wanted = counts !== undefined && Number(counts.weight ?? 1) > 0;
        expect([header, response.headers.get('content-encoding')]).toEqual([header, wanted ? 'gzip' : null]);
        const bytes = new Uint8Array(await response.arrayBuffer());
        expect(new Uint8Array(wanted ? gunzipSync(bytes) : bytes)).toEqual(json);
        seen[wanted ? 'zipped' : 'plain']++;
        if (!wanted && named !== undefined && Number(any?.weight ?? 1) > 0 && any !== undefined)
          seen['refused by name beside *']++;
      }),
      { numRuns: 400 },
    );
    expect(Math.min(seen.zipped, seen.plain)).toBeGreaterThan(50);
    expect(seen['refused by name beside *']).toBeGreaterThan(4);
    expect((await ask({ 'accept-encoding': 'gzip;q=0, *' })).headers.get('content-encoding')).toBeNull();
  });
});
