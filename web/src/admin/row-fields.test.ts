import { describe, expect, it } from 'vitest';
import { changedFields, readRowFields } from './row-fields.ts';

const read = (row: string | null, known: { symbol?: string; sessionDate?: string } = {}) =>
  Object.values(readRowFields({ row, symbol: known.symbol ?? null, sessionDate: known.sessionDate ?? null }));
const WANTED = ['ABC', '2026-02-27', '10', '12.5', '9', '11', '500'];

describe('the fields of a quarantined row', () => {
  it('are read from the plain layout, with what may follow', () => {
    expect(read('ABC,2026-02-27,10,12.5,9,11,500')).toEqual(WANTED);
    expect(read('ABC,2026-02-27,10,12.5,9,11,500,10.8,44.2')).toEqual(WANTED);
  });

  it('are read from the layouts of the exchange', () => {
    expect(read('ABC, EQ, 27-Feb-2026,10.8,10,12.5,9,11.1,11,10.9,500,0.05,18, 300, 44.21')).toEqual(WANTED);
    expect(read('ABC,EQ,10,12.5,9,11,11.1,10.8,500,5400,27-FEB-2026,18,INE000A01010,')).toEqual(WANTED);
    const udiff = Array.from({ length: 34 }, () => '');
    udiff.splice(0, 9, '2026-02-27', '2026-02-27', 'CM', 'NSE', 'STK', '1', 'INE000A01010', 'ABC', 'EQ');
    udiff.splice(14, 4, '10', '12.5', '9', '11');
    udiff[24] = '500';
    expect(read(udiff.join(','))).toEqual(WANTED);
  });

  it('keep what is wrong with them, so that it is seen and corrected', () => {
    expect(read('ABC,2026-02-27,10,abc,-9,11,500')).toEqual(['ABC', '2026-02-27', '10', 'abc', '-9', '11', '500']);
    expect(read('ABC,27/02/26,10,12.5,9,11,500')[1]).toBe('27/02/26');
  });

  it('of a row that is not known are empty, but for the symbol and session that are', () => {
    const known = { symbol: 'ABC', sessionDate: '2026-02-27' };
    expect(read(null, known)).toEqual(['ABC', '2026-02-27', '', '', '', '', '']);
    expect(read('some,text', known)).toEqual(['ABC', '2026-02-27', '', '', '', '', '']);
    expect(read('one,two,three,four,five,six,seven')).toEqual(['', '', '', '', '', '', '']);
  });
});

it('only what was changed is sent, without blanks', () => {
  const before = readRowFields({ row: 'ABC,2026-02-27,10,9,12.5,11,500', symbol: null, sessionDate: null });
  expect(changedFields(before, before)).toEqual({});
  expect(changedFields(before, { ...before, high: ' 12.5 ', low: '9', volume: ' ' })).toEqual({
    high: '12.5',
    low: '9',
  });
});
