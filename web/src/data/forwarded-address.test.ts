import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
const viewer = { 'x-aion-viewer': '198.51.100.10', 'x-aion-door': 'the secret of this start' };
const untouched = { apikey: 'public', authorization: 'Bearer public' };

describe('the address of the person who signs in', () => {
  beforeEach(() => void vi.stubEnv('AION_DOOR_SECRET', 'the secret of this start'));
  afterEach(() => void vi.unstubAllEnvs());

  it('goes to the identity provider with the secret key, and without the public one', () => {
    expect(forwarded('/auth/v1/token', viewer)).toEqual({ apikey: KEY, 'sb-forwarded-for': '198.51.100.10' });
    const six = { ...viewer, 'x-aion-viewer': '2001:db8::c4a' };
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

  it('is never taken from what a client says', () => {
    const said = {
      'x-forwarded-for': '1.2.3.4',
      'sb-forwarded-for': '1.2.3.4',
      'x-real-ip': '1.2.3.4',
      'cloudfront-viewer-address': '1.2.3.4:5',
      'x-aion-viewer': '1.2.3.4',
    };
    expect(forwarded('/auth/v1/token', said)).toEqual(untouched);
    for (const proof of ['', 'guessed', 'the secret of this star', 'the secret of this start '])
      expect(forwarded('/auth/v1/token', { ...viewer, 'x-aion-door': `${proof}x` })).toEqual(untouched);
    vi.stubEnv('AION_DOOR_SECRET', '');
    expect(forwarded('/auth/v1/token', viewer)).toEqual(untouched);
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
