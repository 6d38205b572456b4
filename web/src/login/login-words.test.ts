import { describe, expect, it } from 'vitest';
import { loginError } from './login-error.ts';
import { parseMailLink } from './mail-link.ts';

describe('a link from a mail', () => {
  it('brings a session only for a new password', () => {
    expect(parseMailLink('#access_token=a&refresh_token=r&type=recovery')).toEqual({
      kind: 'session',
      session: { access_token: 'a', refresh_token: 'r' },
    });
    expect(parseMailLink('#access_token=a&refresh_token=r&type=magiclink')).toBeNull();
    expect(parseMailLink('#access_token=a&type=recovery')).toBeNull();
    expect(parseMailLink('')).toBeNull();
  });
  it('says why it is refused', () => {
    expect(parseMailLink('#error=access_denied&error_code=otp_expired&error_description=expired')).toEqual({
      kind: 'refused',
      code: 'otp_expired',
      message: 'expired',
    });
  });
});

describe('a refused login', () => {
  it('is said in words that tell what to do', () => {
    const refusal = (change: object) => loginError(Object.assign(new Error('raw text'), change));
    expect(refusal({ code: 'invalid_credentials' })).toContain('do not fit together');
    expect(refusal({ status: 429 })).toContain('Wait a minute');
    expect(refusal({ name: 'AuthRetryableFetchError', status: 502 })).toContain('does not answer');
    expect(refusal({ code: 'something_new' })).toBe('raw text');
  });
});
