import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinKills, Kill, KillRecord, NEVER_SET, stricterKill } from './kill.ts';

const change = fc.record({
  active: fc.boolean(),
  reason: fc.constantFrom(null, 'a', 'b'),
  by: fc.constantFrom('x', 'y'),
  atMs: fc.integer({ min: 0, max: 50 }),
});
/** Of a home: its state is the newest word of its history, whatever its clock said. */
const record = fc
  .array(change, { minLength: 1, maxLength: 6 })
  .map((history): KillRecord => ({ kill: history.at(-1)!, history }));
/** Who joins; their clock may be behind those of both homes. */
const carried = fc.record({ by: fc.constant('restore'), atMs: fc.integer({ min: 0, max: 99 }) });

describe('of two states of the switch', () => {
  it('the one that stops counts, in whatever order they come, and of two alike the newer', () => {
    const seen = { 'both on': 0, 'both off': 0, apart: 0, 'on is older': 0 };
    fc.assert(
      fc.property(change, change, (left, right) => {
        const [one, other] = [stricterKill(left, right), stricterKill(right, left)];
        expect(one.active).toBe(left.active || right.active);
        expect(other.active).toBe(one.active);
        expect([left, right]).toContain(one);
        if (left.active === right.active) {
          seen[left.active ? 'both on' : 'both off']++;
          expect([one.atMs, other.atMs]).toEqual(Array(2).fill(Math.max(left.atMs, right.atMs)));
          return;
        }
        seen.apart++;
        const [on, off] = left.active ? [left, right] : [right, left];
        if (on.atMs < off.atMs) seen['on is older']++;
        expect([one, other]).toEqual([on, on]);
      }),
      { numRuns: 600 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it('one that was never set gives way to every other', () => {
    for (const active of [true, false]) {
      const set = { active, reason: null, by: 'x', atMs: 0 };
      expect([stricterKill(set, NEVER_SET), stricterKill(NEVER_SET, set)]).toEqual([set, set]);
    }
  });
});

describe('what two homes know of one switch, joined', () => {
  it('loses no change, is in the order of time and ends in the stricter state', () => {
    const seen = { 'both on': 0, 'both off': 0, apart: 0, 'clock behind': 0 };
    fc.assert(
      fc.property(record, record, carried, (left, right, by) => {
        const joined = joinKills(left, right, by);
        expect(joined.at(-1)!.active).toBe(left.kill.active || right.kill.active);
        for (const kill of [...left.history, ...right.history]) expect(joined).toContainEqual(kill);
        const times = joined.map(({ atMs }) => atMs!);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        // Nothing is made up but the last word, which says who carried it.
        const known = new Set([...left.history, ...right.history].map((kill) => JSON.stringify(kill)));
        const made = joined.filter((kill) => !known.has(JSON.stringify(kill)));
        expect(made.length).toBeLessThanOrEqual(1);
        for (const kill of made) expect(kill).toEqual({ ...joined.at(-1)!, by: 'restore' });
        seen[left.kill.active !== right.kill.active ? 'apart' : left.kill.active ? 'both on' : 'both off']++;
        if (made.length > 0 && by.atMs < times.at(-1)!) seen['clock behind']++;
      }),
      { numRuns: 600 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it('is the same when it is joined again with what it came from', () => {
    let made = 0;
    fc.assert(
      fc.property(record, record, carried, carried, (left, right, by, again) => {
        const history = joinKills(left, right, by);
        if (history.at(-1)!.by === 'restore') made++;
        const joined = { kill: history.at(-1)!, history };
        expect(joinKills(joined, right, again)).toEqual(history);
        expect(joinKills(joined, left, again)).toEqual(history);
        expect(joinKills(joined, joined, again)).toEqual(history);
      }),
      { numRuns: 600 },
    );
    expect(made).toBeGreaterThan(100);
  });
});

describe('a record of the switch', () => {
  const kill: Kill = { active: true, reason: 'a drill', by: 'operator', atMs: 1 };
  it('has its fields and no other', () => {
    expect(KillRecord.parse({ kill, history: [NEVER_SET, kill] })).toEqual({ kill, history: [NEVER_SET, kill] });
    for (const wrong of [{ ...kill, scope: 'global' }, { ...kill, active: 'no' }, { ...kill, atMs: 1.5 }, {}])
      expect(Kill.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
