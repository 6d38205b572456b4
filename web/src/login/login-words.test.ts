import { describe, expect, it } from 'vitest';
import { loginError } from './login-error.ts';
import { parseOpeningLink } from './opening-link.ts';

describe('a link that a start printed', () => {
  it('is for the demo or for the first administrator, and nothing else', () => {
    const secret = 'a'.repeat(43);
    expect(parseOpeningLink(`#demo=${secret}`)).toEqual({ kind: 'demo', secret });
    expect(parseOpeningLink(`#first-admin=${secret}`)).toEqual({ kind: 'first-admin', secret });
    for (const other of [
      '',
      '#demo=',
      '#demo=short',
      `#access_token=${secret}&refresh_token=r&type=recovery`,
      `#demo=${secret}&x=1`,
    ])
      expect(parseOpeningLink(other), other).toBeNull();
  });
});

describe('a refused login', () => {
  it('is said in words that tell what to do', () => {
    const refusal = (change: object) => loginError(Object.assign(new Error('raw text'), change));
    expect(refusal({ code: 'invalid_credentials' })).toContain('do not fit together');
    expect(refusal({ status: 429 })).toContain('Wait a minute');
    expect(refusal({ status: 502 })).toContain('does not answer');
    const late = Object.assign(new Error('limit reached; try again in 8 seconds'), { status: 429 });
    expect(loginError(late)).toBe('Too many attempts. Wait 8 seconds, then try again.');
    expect(refusal({ code: 'something_new' })).toBe('raw text');
  });
});
