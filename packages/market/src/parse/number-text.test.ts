import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber } from './number-text.ts';

describe('a number in a cell', () => {
  it.each([
    ['1000.50', 1000.5],
    [' 1000.50 ', 1000.5],
    ['\u00A01000.50\u202F', 1000.5],
    ['+5', 5],
    ['-5', -5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1.5E-2', 0.015],
    ['1,000.50', 1000.5],
    ['1,00,000', 100_000],
    ['12,34,567.25', 1_234_567.25],
    ['1,234,567', 1_234_567],
    ['-1,000', -1000],
  ])('%j is %d', (text, value) => expect(readNumber(text)).toBe(value));

  it.each([
    '',
    '-',
    '1,5',
    '1,1,105',
    '1,23,456,789',
    '1 000',
    ',100',
    '1.000,5',
    '0x10',
    'Infinity',
    'NaN',
    '1e',
    '--5',
    '1.2.3',
    '12a',
    '0,125',
    '-0,250',
    '00,125',
    '0,12,345',
    '1e999',
    `${'9'.repeat(400)}`,
  ])('%j is none', (text) => expect(readNumber(text)).toBeUndefined());

  it('is what its groups write, in thousands and in lakhs', () => {
    let grouped = 0;
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom('en-US', 'en-IN'), (value, custom) => {
        const written = value.toLocaleString(custom);
        if (written.includes(',')) grouped++;
        expect(readNumber(written)).toBe(value);
      }),
    );
    expect(grouped).toBeGreaterThan(20);
  });

  it('is read as grouped only where its groups write it so', () => {
    let read = 0;
    const groups = fc.array(fc.stringMatching(/^\d{1,3}$/), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(groups, (parts) => {
        const text = parts.join(',');
        const value = readNumber(text);
        if (value === undefined) return;
        read++;
        expect([value.toLocaleString('en-US'), value.toLocaleString('en-IN')]).toContain(text);
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(20);
  });

  it('may have a mark of the currency of its market, and of no other', () => {
    for (const text of [
      '₹1,000.50',
      '₹ 1000.50',
      'Rs.1000.50',
      'Rs 1,000.50',
      'INR 1000.50',
      '1000.50 INR',
      'Rs. 1,000.50/-',
      '+₹1000.50',
    ])
      expect([text, readNumber(text, 'INR')]).toEqual([text, 1000.5]);
    for (const text of ['$1,000.50', 'US$ 1000.50', '1000.50 USD']) {
      expect([text, readNumber(text, 'USD')]).toEqual([text, 1000.5]);
      expect([text, readNumber(text, 'INR'), readNumber(text)]).toEqual([text, undefined, undefined]);
    }
    expect([readNumber('-₹5', 'INR'), readNumber('₹-5', 'INR'), readNumber('-₹-5', 'INR')]).toEqual([
      -5,
      -5,
      undefined,
    ]);
  });
});
