import { expect, it } from 'vitest';
import { isTicker, Ticker } from './ticker.ts';

const TICKERS = ['A', '3MINDIA', 'M&M', 'BAJAJ-AUTO', 'BRK.B', 'NIFTY_50', 'A'.repeat(32)];
const OTHERS = ['', 'tcs', ' TCS', 'TCS ', 'TCS\n', '&M', '-A', '.A', 'NSE:TCS', '../A', 'A/B', 'É', 'A'.repeat(33)];

it('a ticker is capitals and digits, with the signs that exchanges use inside', () => {
  for (const text of TICKERS)
    expect([text, isTicker(text), Ticker.safeParse(text).success]).toEqual([text, true, true]);
});

it('nothing else is one, least of all what could be a part of a path', () => {
  for (const text of OTHERS)
    expect([text, isTicker(text), Ticker.safeParse(text).success]).toEqual([text, false, false]);
});

it('what is no text is no ticker either', () => {
  for (const value of [null, 1, ['TCS']]) expect(Ticker.safeParse(value).success).toBe(false);
});
