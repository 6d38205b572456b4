import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  fromEpochDay,
  hashOf,
  isAppError,
  makeHasher,
  makeRng,
  roundToTick,
  sha256Hex,
  shortId,
  toEpochDay,
  toMajor,
  toMinor,
  weekdayOf,
} from './index.ts';

describe('hashing', () => {
  it('is SHA-256', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const hasher = makeHasher();
    hasher.update('a');
    hasher.update(new TextEncoder().encode('bc'));
    expect(hasher.hex()).toBe(sha256Hex('abc'));
  });

  it('gives equal values equal text whatever the order of their keys, and different values different text', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'ü' }], a: undefined })).toBe('{"b":[1,{"c":"ü","d":null}]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean())), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(hashOf(reversed)).toBe(hashOf(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: '1' }));
  });

  it('refuses what JSON would turn into null silently', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => canonicalJson({ value })).toThrow(/has no JSON form/);
  });

  it('shortens a digest to base32 as RFC 4648 does', () => {
    expect(shortId('00'.repeat(10), 16)).toBe('a'.repeat(16));
    // "foobar" is mzxw6ytboi in RFC 4648, section 10.
    expect(shortId(Buffer.from('foobar').toString('hex'), 9)).toBe('mzxw6ytbo');
  });
});

describe('dates', () => {
  it('are days since 1970 both ways, leap days included', () => {
    expect(toEpochDay('1970-01-01')).toBe(0);
    expect(fromEpochDay(toEpochDay('2024-02-29'))).toBe('2024-02-29');
    fc.assert(fc.property(fc.integer({ min: 0, max: 40_000 }), (day) => toEpochDay(fromEpochDay(day)) === day));
    expect(weekdayOf('2026-02-27')).toBe(5);
  });

  it('are the same when they are asked for again, and beside the years that are remembered', () => {
    const epochDays = ['1799-12-31', '1899-12-31', '1900-01-01', '2026-02-27', '2099-12-31', '2100-01-01'].map(
      toEpochDay,
    );
    const dates = (): string[] => epochDays.map(fromEpochDay);
    const once = dates();
    expect(once).toEqual(epochDays.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)));
    expect(dates()).toEqual(once);
    expect(fromEpochDay(0.5)).toBe('1970-01-01');
    expect(() => fromEpochDay(Number.NaN)).toThrow(RangeError);
  });

  it('refuse what is no date', () => {
    for (const text of ['2026-02-30', '27-02-2026', '2026-2-7', '']) {
      expect(() => toEpochDay(text)).toThrow(/expected a date as YYYY-MM-DD/);
    }
  });
});

describe('money', () => {
  it('rounds half away from zero, and to the tick in the direction asked for', () => {
    expect([toMinor(0.005), toMinor(-0.005), toMinor(1234.5)]).toEqual([1, -1, 123_450]);
    expect(toMajor(123_450)).toBe(1234.5);
    expect(roundToTick(123_452, 5, 'down')).toBe(123_450);
    expect(roundToTick(123_452, 5, 'up')).toBe(123_455);
    expect(roundToTick(123_453, 5, 'nearest')).toBe(123_455);
  });
});

describe('chance', () => {
  it('repeats from its seed, and a fork does not depend on what was drawn before', () => {
    const draw = (seed: string): number[] =>
      Array.from(
        { length: 5 },
        (
          (rng) => () =>
            rng.next()
        )(makeRng(seed)),
      );
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    const used = makeRng('a');
    used.next();
    expect(used.fork('x').next()).toBe(makeRng('a').fork('x').next());
  });

  it('is uniform and normal to what ten thousand draws show', () => {
    const rng = makeRng('moments');
    const uniform = Array.from({ length: 10_000 }, () => rng.next());
    const normal = Array.from({ length: 10_000 }, () => rng.normal());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.015);
    expect(Math.abs(mean(normal))).toBeLessThan(0.04);
    expect(Math.abs(mean(normal.map((value) => value * value)) - 1)).toBeLessThan(0.06);
    expect(uniform.every((value) => value >= 0 && value < 1)).toBe(true);
  });
});

it('tells its errors apart by code', () => {
  try {
    toEpochDay('x');
    expect.unreachable();
  } catch (error) {
    expect(isAppError(error, 'bad_input')).toBe(true);
    expect(isAppError(error, 'conflict')).toBe(false);
  }
});
