import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardedHeader, hostNamesOf, isAllowedHost, isLoopbackName, misdirected } from './allowed-host.ts';

const HERE = { loopback: true, names: ['aion.example'] };

describe('the names that a server answers to', () => {
  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:3300', '[::1]:4100', '[::1]', 'aion.example', 'Aion.Example:443'])(
    'are those of this machine and the configured ones: %s',
    (host) => {
      expect(isAllowedHost(host, HERE)).toBe(true);
    },
  );

  it.each([
    'evil.example',
    'rebind.network:3000',
    'localhost.evil.example',
    'aion.example.evil.example',
    'evil-aion.example',
    'localhost@evil.example',
    'localhost, evil.example',
    'localhost:3000:1',
    'localhost/evil',
    'localhost.',
    '127.0.0.1.nip.io',
    '127.1',
    '0.0.0.0',
    '192.168.1.2',
    '[::ffff:127.0.0.1]',
    '::1',
    '',
    ' ',
    undefined,
  ])('are no other: %j', (host) => {
    expect(isAllowedHost(host, HERE)).toBe(false);
  });

  it('are no loopback names on a host that is not this machine', () => {
    expect(isAllowedHost('localhost', { loopback: false, names: ['api.example'] })).toBe(false);
    expect(isAllowedHost('api.example', { loopback: false, names: ['api.example'] })).toBe(true);
  });

  it('never include a host that a URL parser does not read as one of them', () => {
    const seen = { taken: 0, 'taken with a port': 0, refused: 0, 'refused, with a good name in it': 0 };
    const names = ['localhost', '127.0.0.1', '[::1]', 'aion.example'];
    // Chance alone never writes a good name: most of these are made of good names and of what parsers trip over.
    const piece = fc.oneof(
      fc.constantFrom(...names, 'LOCALHOST', 'Aion.Example'),
      fc.constantFrom(':443', ':', '@', '/', '\\', '.', '#', '?', ',', ' ', '\t', '%6c', 'evil.example', '\u3002'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    );
    const host = fc.oneof(
      { weight: 6, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')) },
      fc.tuple(fc.constantFrom(...names), fc.nat(65_535)).map(([name, port]) => `${name}:${port}`),
      fc.string({ unit: 'binary' }),
      fc.webAuthority({ withPort: true, withUserInfo: true }),
    );
    fc.assert(
      fc.property(host, (host) => {
        if (!isAllowedHost(host, HERE)) {
          seen.refused++;
          if (names.some((name) => host.includes(name))) seen['refused, with a good name in it']++;
          return;
        }
        seen.taken++;
        if (/:\d+$/.test(host)) seen['taken with a port']++;
        expect(names).toContain(new URL(`http://${host}`).hostname);
      }),
      { numRuns: 1000 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it('may be all names below one, and not that one or one that only ends alike', () => {
    const below = { loopback: false, names: hostNamesOf(['.cloudfront.net']) };
    expect(isAllowedHost('d1.cloudfront.net', below)).toBe(true);
    for (const host of ['cloudfront.net', 'evilcloudfront.net', 'd1.cloudfront.net.evil.example'])
      expect(isAllowedHost(host, below), host).toBe(false);
  });

  it('come from addresses and from plain names', () => {
    expect(
      hostNamesOf(['https://aion.example:8443', ' api.example ', '', 'https://AION.example', '192.168.1.2', 'a b']),
    ).toEqual(['aion.example', 'api.example', '192.168.1.2']);
    expect([isLoopbackName('127.0.0.1:1'), isLoopbackName('10.0.0.1')]).toEqual([true, false]);
  });
});

describe('a request at the door', () => {
  const ask = (change: Partial<Parameters<typeof misdirected>[0]>, demo = true) =>
    misdirected({ target: '/v1/me', host: 'localhost:3000', headerNames: ['host', 'accept'], ...change }, HERE, demo);

  it('comes in by its own name, for a path', () => {
    expect(ask({})).toBeUndefined();
    expect(ask({ host: 'evil.example' })).toMatch(/does not answer to this name/);
    expect(ask({ target: 'http://localhost:3000/v1/me' })).toMatch(/for itself only/);
    expect(ask({ target: '*' })).toMatch(/for itself only/);
  });

  it.each([
    'x-forwarded-for',
    'X-Forwarded-Host',
    'Forwarded',
    'Via',
    'X-Real-IP',
    'CF-Connecting-IP',
    'True-Client-IP',
  ])('that came through a proxy (%s) is refused while the demo is on, and only then', (name) => {
    expect(ask({ headerNames: ['host', name] })).toMatch(/demo/);
    expect(ask({ headerNames: ['host', name] }, false)).toBeUndefined();
    expect(forwardedHeader(['accept', name])).toBe(name.toLowerCase());
  });
});
