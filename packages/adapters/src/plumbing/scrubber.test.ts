import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstWords, makeScrubber } from './scrubber.ts';

describe('makeScrubber', () => {
  it.each([
    ['https://x.test/query?function=A&apikey=ABC123&b=1', 'https://x.test/query?function=A&apikey=***&b=1'],
    ['https://x.test/?api_key=ABC123', 'https://x.test/?api_key=***'],
    ['wss://x.test/?api_key=k1&access_token=t1', 'wss://x.test/?api_key=***&access_token=***'],
    ['sent Authorization: Bearer abcdefgh12345', 'sent Authorization: Bearer ***'],
    ['token kitekey1:access99', 'token ***'],
  ])('takes what stands where a secret stands out of %s', (text, clean) => {
    expect(makeScrubber([])(text)).toBe(clean);
  });

  it('leaves no known secret in any text, plain or URL-encoded', () => {
    const secret = 's3cr3t/+=value';
    const scrub = makeScrubber([secret]);
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        for (const form of [secret, encodeURIComponent(secret)]) {
          expect(scrub(`${before}${form}${after}`)).not.toContain(form);
        }
      }),
    );
  });

  it('leaves other text as it is', () => {
    expect(makeScrubber(['abcd'])('nothing to hide: page=2&symbol=TCS')).toBe('nothing to hide: page=2&symbol=TCS');
  });
});

describe('firstWords', () => {
  it('gives one line without markup, cut short and scrubbed', () => {
    const body = '<html><script>var a = 1;</script><h1>Access\n Denied</h1><p>key abcd1234</p>';
    expect(firstWords(body, makeScrubber(['abcd1234']))).toBe('Access Denied key ***');
    expect(firstWords('x'.repeat(500), (text) => text, 10)).toBe(`${'x'.repeat(10)}…`);
    expect(firstWords('', (text) => text)).toBe('(nothing)');
  });
});
