import type { QualityIssue } from '@aion/market';
import { describe, expect, it } from 'vitest';
import { heldBackOf, requireOwnBars } from './validate.ts';

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

describe('a session whose bars are not its own', () => {
  const of = (code: QualityIssue['code'], values?: QualityIssue['values']): QualityIssue => ({
    code,
    day: 12,
    message: 'as found',
    ...(values !== undefined && { values }),
  });

  it('stops the run when it repeats another, or less than half of the market is there', () => {
    expect(() => requireOwnBars([of('copied_session')], 12, '1970-01-13')).toThrow(/are no bars of that session/);
    const part = of('thin_session', { symbols: 40, usual: 100 });
    expect(() => requireOwnBars([part], 12, '1970-01-13')).toThrow(/in part only/);
  });

  it('goes on where a few symbols are missing, and with what happened on another day', () => {
    requireOwnBars([of('thin_session', { symbols: 80, usual: 100 })], 12, '1970-01-13');
    requireOwnBars([of('copied_session')], 13, '1970-01-14');
  });
});
