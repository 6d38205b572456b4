import { describe, expect, it } from 'vitest';
import { readSpelling } from './symbol-spelling.ts';

describe('the name of a share in a plain file', () => {
  it.each([
    ['SBIN.NS', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN.NSE', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN-EQ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['BAJAJ-AUTO-EQ', 'NSE', { kind: 'symbol', symbol: 'BAJAJ-AUTO' }],
    ['M&M.NS', 'NSE', { kind: 'symbol', symbol: 'M&M' }],
    ['SUZLON-BE', 'NSE', { kind: 'series', series: 'BE' }],
    ['SBIN.BO', 'NSE', { kind: 'other_exchange', exchange: 'BO' }],
    ['SBIN-EQ.BSE', 'NSE', { kind: 'other_exchange', exchange: 'BSE' }],
    ['SBIN.NS', 'US', { kind: 'other_exchange', exchange: 'NS' }],
    ['AAPL.US', 'US', { kind: 'symbol', symbol: 'AAPL' }],
  ] as const)('%s of %s', (text, market, expected) => {
    expect(readSpelling(text, market)).toEqual(expected);
  });

  it.each([
    ['BAJAJ-AUTO', 'NSE'],
    ['MCDOWELL-N', 'NSE'],
    ['NAM-INDIA', 'NSE'],
    ['UMIYA-MRO', 'NSE'],
    ['BRK.B', 'US'],
    ['SAP-EQ', 'US'],
    ['SBIN.BO', 'BSE'],
  ])('%s of %s stays what it is', (text, market) => {
    expect(readSpelling(text, market)).toEqual({ kind: 'symbol', symbol: text });
  });
});
