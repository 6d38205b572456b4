import { fromEpochDay } from '@aion/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDayAt, minuteAt, monthDayAt } from './dates.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const iso = (text: string): number => isoDayAt(bytes(text), 0, text.length);
const month = (text: string): number => monthDayAt(bytes(text), 0, text.length);

describe('dates in bytes', () => {
  it('agree with the calendar on every day from 1970 to 2199, in both spellings', () => {
    const names = ['Jan', 'FEB', 'mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    for (let day = 0; day < 84_000; day++) {
      const text = fromEpochDay(day);
      if (iso(text) !== day) expect.fail(`${text}: ${iso(text)} instead of ${day}`);
      const spelt = `${text.slice(8)}-${names[Number(text.slice(5, 7)) - 1]}-${text.slice(0, 4)}`;
      if (month(spelt) !== day) expect.fail(`${spelt}: ${month(spelt)} instead of ${day}`);
    }
    expect(iso('2199-12-31')).toBe(84_005);
  });

  it('refuse days that do not exist and everything that is no date', () => {
    const wrong = ['2023-02-29', '2024-02-30', '2024-00-10', '2024-13-01', '2024-04-31', '2024-01-00', '2024-15-31'];
    for (const text of [...wrong, '1969-12-31', '2024/01/01', '2024-1-01', '20240101', '2024-01-0x', '']) {
      expect(iso(text), text).toBe(-1);
    }
    for (const text of ['29-FEB-2023', '01-XXX-2024', '1-JAN-2024', '01-JANU-2024', '01-ANF-2024']) {
      expect(month(text), text).toBe(-1);
    }
  });

  it('read no date into any other ten characters', () => {
    const seen = { 'a date': 0, none: 0, 'none, by one character': 0 };
    const date = fc.integer({ min: 0, max: 84_000 }).map(fromEpochDay);
    // Chance alone never writes a date: most of these are one with a character changed.
    const near = fc
      .tuple(date, fc.nat(9), fc.constantFrom(...'0123456789-/ x'))
      .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1));
    const text = fc.oneof(
      near,
      fc.string({ unit: fc.constantFrom(...'0123-'), minLength: 10, maxLength: 10 }),
      fc.string({ minLength: 10, maxLength: 10 }),
    );
    fc.assert(
      fc.property(text, (text) => {
        const raw = bytes(text).subarray(0, 10);
        const day = isoDayAt(raw, 0, raw.length);
        if (day >= 0) {
          seen['a date']++;
          expect(fromEpochDay(day)).toBe(text);
          return;
        }
        seen.none++;
        if (/^\d{4}-\d\d-\d\d$/.test(text)) {
          seen['none, by one character']++;
          // Digits in their places are no date only where the calendar has no such day, or before 1970.
          const known = new Date(`${text}T00:00:00Z`);
          const isDay = !Number.isNaN(known.getTime()) && known.toISOString().startsWith(text);
          expect([text, isDay && text >= '1970' && text < '2200']).toEqual([text, false]);
        }
      }),
      { numRuns: 1500 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it('read times to the minute', () => {
    const minute = (text: string): number => minuteAt(bytes(text), 0, text.length);
    expect([minute('09:15'), minute('15:30:00'), minute('00:00'), minute('23:59')]).toEqual([555, 930, 0, 1439]);
    expect(['24:00', '12:60', '9:15', '09:15:30', '09-15', ''].map(minute)).toEqual([-1, -1, -1, -1, -1, -1]);
  });
});
