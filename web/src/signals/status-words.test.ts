import { describe, expect, it } from 'vitest';
import { basicSignal, fullSignal } from './signal-samples.ts';
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
