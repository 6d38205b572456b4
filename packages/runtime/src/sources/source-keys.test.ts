import { SOURCES } from '@aion/market/sources';
import { describe, expect, it } from 'vitest';
import { KEY_NAMES, keysFor, parseSourceKeys } from './source-keys.ts';

describe('keys of sources', () => {
  it('are with whoever has a use for them: no text of strangers is read beside the key of a broker', () => {
    const [records, bars] = [keysFor('records'), keysFor('bars')];
    expect(bars).toEqual(expect.arrayContaining(['KITE_API_KEY', 'KITE_ACCESS_TOKEN']));
    expect(records.filter((name) => name.startsWith('KITE'))).toEqual([]);
    expect(records).toEqual(expect.arrayContaining(['FRED_API_KEY', 'REDDIT_CLIENT_SECRET', 'SEC_CONTACT']));
    for (const name of ['FRED_API_KEY', 'REDDIT_CLIENT_SECRET', 'X_BEARER_TOKEN']) expect(bars).not.toContain(name);
  });

  it('are each of use to somebody', () => {
    expect([...new Set([...keysFor('records'), ...keysFor('bars')])].sort()).toEqual(KEY_NAMES);
    expect(SOURCES.length).toBeGreaterThan(10);
  });

  it('are refused by name where they are of no use, without a word of what they are', () => {
    const text = JSON.stringify({ KITE_ACCESS_TOKEN: 'very-secret', FRED_API_KEY: 'k' });
    expect(parseSourceKeys(text, 'the file')).toEqual({ KITE_ACCESS_TOKEN: 'very-secret', FRED_API_KEY: 'k' });
    const refusal = (): unknown => parseSourceKeys(text, '/aion/dev/records-source-keys', keysFor('records'));
    expect(refusal).toThrow(/records-source-keys: KITE_ACCESS_TOKEN cannot be used; known are /);
    expect(refusal).not.toThrow(/very-secret/);
  });
});
