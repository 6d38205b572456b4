import { describe, expect, it } from 'vitest';
import { forwardAddress } from './forwarded-address.ts';

const KEY = 'sb_secret_test';
function forwarded(
  path: string,
  from: Readonly<Record<string, string>>,
  key: string | undefined = KEY,
  authorization = 'Bearer public',
): Record<string, string> {
  const to = new Headers({ apikey: 'public', authorization });
  forwardAddress(path, new Headers(from), to, key);
  return Object.fromEntries(to);
}
const viewer = { 'cloudfront-viewer-address': '198.51.100.10:46532' };
const untouched = { apikey: 'public', authorization: 'Bearer public' };

describe('the address of the person who signs in', () => {
  it('goes to the identity provider with the secret key, and without the public one', () => {
    expect(forwarded('/auth/v1/token', viewer)).toEqual({ apikey: KEY, 'sb-forwarded-for': '198.51.100.10' });
    const six = { 'cloudfront-viewer-address': '2001:db8::c4a:42838' };
    expect(forwarded('/auth/v1/recover', six)['sb-forwarded-for']).toBe('2001:db8::c4a');
  });

  it('leaves a person’s own token where it is', () => {
    expect(forwarded('/auth/v1/verify', viewer, KEY, 'Bearer person')['authorization']).toBe('Bearer person');
  });

  it('is not forwarded without a key', () => {
    expect(forwarded('/auth/v1/token', viewer, '')).toEqual(untouched);
    const to = new Headers(untouched);
    forwardAddress('/auth/v1/token', new Headers(viewer), to, undefined);
    expect(Object.fromEntries(to)).toEqual(untouched);
  });

  it('is never taken from what a client says, nor from what is no address', () => {
    const said = { 'x-forwarded-for': '1.2.3.4', 'sb-forwarded-for': '1.2.3.4', 'x-real-ip': '1.2.3.4' };
    expect(forwarded('/auth/v1/token', said)).toEqual(untouched);
    for (const value of ['', '198.51.100.10', 'a, b:1', '198.51.100.10:1, 1.2.3.4:2', 'x:1'])
      expect(forwarded('/auth/v1/token', { 'cloudfront-viewer-address': value })).toEqual(untouched);
  });

  it('and the key that may do everything go nowhere but where limits are', () => {
    for (const path of [
      '/auth/v1/admin/users',
      '/auth/v1/admin/generate_link',
      '/auth/v1/invite',
      '/auth/v1/user',
      '/auth/v1/token/',
      '/auth/v1/token/../admin/users',
      '/auth/v1/token%2f..%2fadmin',
      '/v1/me',
    ])
      expect(forwarded(path, viewer), path).toEqual(untouched);
  });
});
