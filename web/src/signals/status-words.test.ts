import { describe, expect, it } from 'vitest';
import { basicSignal, fullSignal } from './signal-samples.ts';
import { countTabs, countUnchecked } from './list-query.ts';
import { agreement, stateWords } from './status-words.ts';
import { hiddenInWords } from './field-titles.ts';

describe('a signal in words', () => {
  it('says readiness with its reason while it can be entered', () => {
    expect(stateWords(fullSignal())).toEqual({
      word: 'Wait',
      reason: 'waits because the hourly trend is down',
      tone: 'warn',
    });
  });

  it('says that it was not checked where there were no hourly bars to check', () => {
    const unchecked = fullSignal({
      readiness: {
        state: 'WAIT',
        reasons: [{ code: 'no_intraday', bars: 'none' }],
        asOf: '2026-02-27T11:00:00Z',
      },
    });
    expect(stateWords(unchecked)).toEqual({
      word: 'Not checked',
      reason: 'not checked: no hourly bars exist for it',
      tone: 'neutral',
    });
    expect(countTabs([unchecked, fullSignal()])).toMatchObject({ today: 2, waiting: 1, ready: 0 });
    expect(countUnchecked([unchecked, fullSignal(), basicSignal()])).toBe(1);
  });

  it('says the status once it cannot', () => {
    expect(stateWords(fullSignal({ status: 'TARGET' })).word).toBe('Hit target');
    expect(stateWords(basicSignal()).word).toBe('Active');
  });

  it('counts the votes for its own side', () => {
    expect(agreement(fullSignal())).toBe('1 of 2 agree');
    expect(agreement(fullSignal({ side: 'SELL' }))).toBe('0 of 2 agree');
  });

  it('names hidden fields, also ones it has no words for', () => {
    expect(hiddenInWords(['votes', 'plan.targetsMinor', 'targets'])).toBe('each model’s vote and all targets');
    expect(hiddenInWords(['newField'])).toBe('newField');
    expect(hiddenInWords([])).toBe('more fields');
  });
});
