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
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.webAuthority({ withPort: true, withUserInfo: true })),
        (host) => {
          if (!isAllowedHost(host, HERE)) return;
          expect(['localhost', '127.0.0.1', '[::1]', 'aion.example']).toContain(new URL(`http://${host}`).hostname);
        },
      ),
      { numRuns: 2000 },
    );
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

  it.each(['x-forwarded-for', 'X-Forwarded-Host', 'Forwarded', 'Via', 'X-Real-IP'])(
    'that came through a proxy (%s) is refused while the demo is on, and only then',
    (name) => {
      expect(ask({ headerNames: ['host', name] })).toMatch(/demo/);
      expect(ask({ headerNames: ['host', name] }, false)).toBeUndefined();
      expect(forwardedHeader(['accept', name])).toBe(name.toLowerCase());
    },
  );
});
