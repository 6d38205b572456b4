import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSourceKeys, sourceKeysPath } from './credentials.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'aion-keys-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function file(text: string, mode = 0o600): void {
  mkdirSync(dirname(sourceKeysPath(home)), { recursive: true });
  writeFileSync(sourceKeysPath(home), text);
  chmodSync(sourceKeysPath(home), mode);
}

describe('the keys of the sources', () => {
  it('come from the environment before the file, and nothing set is nothing', () => {
    file('{"FRED_API_KEY": "from-file", "POLYGON_API_KEY": "p"}');
    const keys = loadSourceKeys({ FRED_API_KEY: ' from-environment ', POLYGON_API_KEY: '', OTHER: 'x' }, home);
    expect(keys).toEqual({ FRED_API_KEY: 'from-environment', POLYGON_API_KEY: 'p' });
    expect(loadSourceKeys({}, join(home, 'elsewhere'))).toEqual({});
  });

  it('are not taken from a file that others may read', () => {
    file('{"FRED_API_KEY": "abc"}', 0o644);
    expect(() => loadSourceKeys({}, home)).toThrow(/chmod 600/);
  });

  it.each([
    ['no JSON', 'FRED_API_KEY=hidden-key', /is not JSON/],
    ['an unknown name', '{"FRED_KEY": "hidden-key"}', /FRED_KEY cannot be used; known are .*FRED_API_KEY/],
    ['no text', '{"FRED_API_KEY": 12}', /FRED_API_KEY cannot be used/],
  ])('are not taken from a file with %s, and the refusal shows none', (_, text, message) => {
    file(text);
    expect(() => loadSourceKeys({}, home)).toThrow(message);
    try {
      loadSourceKeys({}, home);
    } catch (error) {
      expect(String(error)).not.toContain('hidden-key');
    }
  });
});
