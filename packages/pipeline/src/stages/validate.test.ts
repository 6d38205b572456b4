import { describe, expect, it } from 'vitest';
import { findJump } from './validate.ts';

const days = (length: number, from = 20_000): Int32Array => Int32Array.from({ length }, (_, i) => from + i);

describe('POST_ETL jump check', () => {
  it('names the date and factor of a fall or rise that looks like an unadjusted split', () => {
    expect(findJump(Float64Array.of(100, 101, 50, 51), days(4))).toMatch(
      /factor of 0\.495 on 2024-10-06 and no corporate action/,
    );
    expect(findJump(Float64Array.of(100, 101, 210), days(3))).toMatch(/factor of 2\.079/);
  });

  it('lets a limit-down day pass, and a move across a long absence', () => {
    expect(findJump(Float64Array.of(100, 80, 64), days(3))).toBeUndefined();
    expect(findJump(Float64Array.of(100, 40), Int32Array.of(20_000, 20_011))).toBeUndefined();
    expect(findJump(Float64Array.of(100, 40), Int32Array.of(20_000, 20_010))).toBeDefined();
  });

  it('looks at the recent window only', () => {
    const close = new Float64Array(400).fill(10);
    close.fill(100, 0, 100);
    expect(findJump(close, days(400))).toBeUndefined();
  });
});
