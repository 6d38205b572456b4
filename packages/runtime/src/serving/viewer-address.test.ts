import { describe, expect, it } from 'vitest';
import { doorDigest, makeViewerAddress } from './viewer-address.ts';

const SECRET = 'the secret of this start';
const ask = (headers: Record<string, string>, peer: string | undefined, behindProxy = false): string =>
  makeViewerAddress(doorDigest(SECRET), behindProxy)((name) => headers[name], peer);

describe('the address of who asks', () => {
  it('is what the site says with the secret of this start, and otherwise the other end of the connection', () => {
    const said = { 'x-aion-viewer': '203.0.113.9' };
    expect(ask({ ...said, 'x-aion-door': SECRET }, '127.0.0.1')).toBe('203.0.113.9');
    for (const proof of ['', 'guessed', `${SECRET} `, SECRET.slice(1)])
      expect(ask({ ...said, 'x-aion-door': proof }, '198.51.100.1')).toBe('198.51.100.1');
    expect(ask(said, '198.51.100.1')).toBe('198.51.100.1');
    expect(ask({}, undefined)).toBe('unknown');
  });

  it('is the last address that a proxy on this machine noted, where one is in front, and never what a client says itself', () => {
    const forwarded = { 'x-forwarded-for': '1.2.3.4, 203.0.113.9' };
    expect(ask(forwarded, '127.0.0.1', true)).toBe('203.0.113.9');
    expect(ask(forwarded, '::1', true)).toBe('203.0.113.9');
    expect(ask(forwarded, '127.0.0.1')).toBe('127.0.0.1');
    expect(ask(forwarded, '198.51.100.1', true)).toBe('198.51.100.1');
    expect(ask({ 'x-forwarded-for': '1.2.3.4, nonsense' }, '127.0.0.1', true)).toBe('127.0.0.1');
  });
});
