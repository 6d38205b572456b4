import { describe, expect, it } from 'vitest';
import { isChecked, readinessWords } from '@aion/contracts';
import { bodyOf, type StoredItem } from '@aion/core';
import { READINESS, ReadinessBySignal } from './stored-readiness.ts';

const item = (v: number, body: Record<string, unknown>): StoredItem => ({
  table: 'product',
  pk: 'SIG#one',
  sk: 'READY#1',
  v,
  rev: 1,
  body,
});
const asOfMs = 1_772_200_000_000;
const waiting = (reasons: readonly object[]): Record<string, unknown> => ({ state: 'WAIT', reasons, asOfMs });

/** Every sentence that a program wrote before reasons were codes, as it stood. */
const WORDED = [
  ['no_intraday', 'not checked: no hourly bars exist for it', { bars: 'none' }],
  ['no_intraday', 'not checked: its newest hourly bar is not of this session', { bars: 'stale' }],
  ['hourly_trend', 'the hourly trend is up', { trend: 'up' }],
  ['hourly_trend', 'waits because the hourly trend is not up', { trend: 'not_up' }],
  ['hourly_trend', 'waits because too few hourly bars exist', { trend: 'too_few_bars' }],
  ['four_hour_trend', 'the 4-hour trend does not stand against it', { trend: 'not_down' }],
  ['four_hour_trend', 'waits because the 4-hour trend is down', { trend: 'down' }],
  ['four_hour_trend', 'waits because too few 4-hour bars exist', { trend: 'too_few_bars' }],
  ['micro_confirmation', 'hourly structure confirmed it within ten bars', { confirmed: true }],
  ['micro_confirmation', 'waits for a bullish break or sweep on the hourly chart', { confirmed: false }],
  ['above_entry', 'waits because the price has run above the entry zone', {}],
  ['in_entry_zone', 'the price is in the entry zone', {}],
  ['below_entry', 'waits because the price is below the entry zone', {}],
  ['below_stop', 'waits because the price is at or below the stop', {}],
  ['expired', 'waits because it was valid until 2026-02-26 only', { validUntil: '2026-02-26' }],
] as const;

describe('a stored refinement', () => {
  it('of now comes back as it is', () => {
    const body = waiting(WORDED.map(([code, , figures]) => ({ code, ...figures })));
    expect(bodyOf(item(2, body), READINESS)).toEqual(body);
    expect(ReadinessBySignal.parse({ one: body })).toEqual({ one: body });
  });

  it.each(WORDED)('of before, “%s: %s”, becomes its code and says the same', (code, title, figures) => {
    const body = waiting([{ code, title }]);
    const { reasons } = bodyOf(item(1, body), READINESS);
    expect(reasons).toEqual([{ code, ...figures }]);
    expect(readinessWords(reasons[0]!)).toBe(title);
    expect(ReadinessBySignal.parse({ one: body })).toEqual({ one: waiting([{ code, ...figures }]) });
  });

  it.each([
    ['spread_wide', 'waits because the last hour was unusually wide'],
    ['no_intraday', 'waits because no hourly bars exist for it'],
    // The words are known, the code is not theirs.
    ['below_stop', 'the price is in the entry zone'],
    ['expired', 'waits because it was valid until yesterday only'],
  ])('of before in words that no code says, “%s: %s”, keeps them', (code, title) => {
    const readiness = bodyOf(item(1, waiting([{ code, title }])), READINESS);
    expect(readiness.reasons).toEqual([{ code: 'sentence', of: code, text: title }]);
    expect(readiness.reasons.map(readinessWords)).toEqual([title]);
    expect(isChecked(readiness)).toBe(code !== 'no_intraday');
  });

  it('that is neither is refused by name', () => {
    for (const body of [waiting([{ code: 'below_stop', title: 5 }]), waiting([{ code: 'new' }]), { state: 'WAIT' }])
      for (const v of [1, 2]) expect(() => bodyOf(item(v, body), READINESS)).toThrow(/stored readiness SIG#one/);
    // A sentence is none of version 2, and a newer version is none of ours.
    const worded = waiting([{ code: 'below_stop', title: 'waits' }]);
    expect(() => bodyOf(item(2, worded), READINESS)).toThrow(/reasons/);
    expect(() => bodyOf(item(3, worded), READINESS)).toThrow(/newer program/);
    expect(ReadinessBySignal.safeParse({ one: waiting([{ code: 'new' }]) }).success).toBe(false);
  });
});
