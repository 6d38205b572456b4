import type { QualityIssue } from '@aion/market';
import { describe, expect, it } from 'vitest';
import { heldBackOf } from './validate.ts';

const jump = (symbol: string, day: number): QualityIssue => ({
  code: 'unexplained_jump',
  symbol,
  day,
  message: `${symbol} jumped on ${day}`,
});

describe('what POST_ETL holds back', () => {
  it('is each symbol with an error inside the window, with its newest one', () => {
    expect(heldBackOf([jump('A', 10), jump('A', 12), jump('B', 11)], 10)).toEqual([
      { symbol: 'A', reason: 'unexplained_jump', detail: 'A jumped on 12' },
      { symbol: 'B', reason: 'unexplained_jump', detail: 'B jumped on 11' },
    ]);
  });

  it('is no symbol whose error lies before the window, none with warnings only, and no finding of the market', () => {
    const spike: QualityIssue = { code: 'price_spike', symbol: 'C', day: 12, message: 'a spike' };
    const session: QualityIssue = { code: 'missing_session', day: 12, message: 'no bars' };
    expect(heldBackOf([jump('A', 9), spike, session], 10)).toEqual([]);
  });
});
