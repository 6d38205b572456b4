import { describe, expect, it } from 'vitest';
import { localPath } from './local-path.ts';
import { loginError } from './login-error.ts';

describe('where the login leads', () => {
  it('is a path of this site', () => {
    expect(localPath('/signals/a?x=1')).toBe('/signals/a?x=1');
  });
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '',
    undefined,
    ['/a', '/b'],
    '/login',
  ])('is the list for %s', (next) => {
    expect(localPath(next)).toBe('/');
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
