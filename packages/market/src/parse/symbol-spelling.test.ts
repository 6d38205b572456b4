import { describe, expect, it } from 'vitest';
import { readSpelling } from './symbol-spelling.ts';

describe('the name of a share in a plain file', () => {
  it.each([
    ['SBIN.NS', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN.NSE', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN-EQ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['BAJAJ-AUTO-EQ', 'NSE', { kind: 'symbol', symbol: 'BAJAJ-AUTO' }],
    ['M&M.NS', 'NSE', { kind: 'symbol', symbol: 'M&M' }],
    ['BAJAJ-AUTO-EQ.NS', 'NSE', { kind: 'symbol', symbol: 'BAJAJ-AUTO' }],
    ['SBIN-EQ.NS', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN.NS-EQ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['NSE:SBIN', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['NSE:SBIN-EQ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN:NSE', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    [' SBIN ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN.EQ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SBIN_EQ', 'NSE', { kind: 'symbol', symbol: 'SBIN' }],
    ['SUZLON-BE', 'NSE', { kind: 'series', symbol: 'SUZLON', series: 'BE' }],
    ['SUZLON-BE.NS', 'NSE', { kind: 'series', symbol: 'SUZLON', series: 'BE' }],
    ['SGB-GB', 'NSE', { kind: 'series', symbol: 'SGB', series: 'GB' }],
    ['BSE:SBIN', 'NSE', { kind: 'other_exchange', exchange: 'BSE' }],
    ['NASDAQ:AAPL', 'NSE', { kind: 'other_exchange', exchange: 'NASDAQ' }],
    ['NASDAQ:AAPL', 'US', { kind: 'symbol', symbol: 'AAPL' }],
    ['NYSE:L', 'US', { kind: 'symbol', symbol: 'L' }],
    ['NSE:SBIN', 'US', { kind: 'other_exchange', exchange: 'NSE' }],
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
    ['NIFTY_50', 'NSE'],
    ['M&M', 'NSE'],
    ['-EQ', 'NSE'],
    ['BRK.B', 'US'],
    ['BRK-AA', 'US'],
    ['SAP-EQ', 'US'],
  ] as const)('%s of %s stays what it is', (text, market) => {
    expect(readSpelling(text, market)).toEqual({ kind: 'symbol', symbol: text });
  });
});
