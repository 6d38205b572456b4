import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localPath, loginPath } from './local-path.ts';

const SITES = ['https://aion.example', 'http://127.0.0.1:3000'];
/** Pieces that URL parsers treat in their own way. */
const ODD = ['/', '//', '\\', '\t', '\n', '\r', '\0', '\u00a0', '\u3000', '.', '..', '%2f', '%09', '%5c', '%2e', '@', ':', '?', '#', ';', 'http:', 'https:', 'javascript:', 'evil.example', '127.0.0.1:3399', '[::1]', '\ud800', '／', '＼', '。']; // prettier-ignore
const oddPath = fc.array(fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 4 })), { maxLength: 9 });

describe('where a navigation leads', () => {
  it('is a path of this site', () => {
    for (const path of [
      '/',
      '/signals/a?x=1',
      '/account#top',
      '/scanner?q=%2F%2Fx&date=2026-02-27',
      '/signals/%E0%A4%A',
    ])
      expect(localPath(path)).toBe(path);
    expect(localPath('/a/../b')).toBe('/b');
    expect(loginPath('/account')).toBe('/login?next=%2Faccount');
    expect(loginPath('//evil.example')).toBe('/login');
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '/\t\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    ' /account',
    'account',
    'javascript:alert(1)',
    `/${'a'.repeat(3000)}`,
    '',
    undefined,
    null,
    ['/a', '/b'],
    '/login',
    '/login/confirm',
    '/./login?next=/login',
  ])('is the first page for %j', (next) => {
    expect(localPath(next)).toBe('/');
  });

  it('never leaves the site, whatever a URL parser makes of it, and means the same when it is read again', () => {
    const stays = (next: string): void => {
      const path = localPath(next);
      for (const site of SITES) expect(new URL(path, `${site}/login`).origin).toBe(site);
      expect(path).toMatch(/^\/(?!\/)/);
      expect(localPath(path)).toBe(path);
    };
    fc.assert(
      fc.property(oddPath, (pieces) => stays(`/${pieces.join('')}`)),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(oddPath, (pieces) => stays(pieces.join(''))),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => stays(`/${text}`)),
      { numRuns: 1000 },
    );
  });

  it('is decided here for every script of the site', () => {
    const source = join(import.meta.dirname, '..');
    const others = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.') && !file.endsWith('leave.ts'))
      .filter((file) =>
        /\blocation\.(assign|replace)|\blocation(\.href)?\s*=[^=]/.test(readFileSync(join(source, file), 'utf8')),
      );
    expect(others).toEqual([]);
  });
});
