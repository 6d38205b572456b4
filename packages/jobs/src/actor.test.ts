import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actorNamed, nameOf, OPERATOR, SCHEDULE, type Actor } from './actor.ts';

describe('the name of an actor', () => {
  it('is what records keep', () => {
    const actors: readonly (readonly [Actor, string])[] = [
      [{ kind: 'user', email: 'a@example.org' }, 'a@example.org'],
      [OPERATOR, 'command line'],
      [{ kind: 'operator', name: 'anna' }, 'anna'],
      [SCHEDULE, 'schedule'],
      [{ kind: 'schedule', what: 'catch-up' }, 'catch-up'],
      [{ kind: 'system', what: 'start' }, 'start'],
    ];
    for (const [actor, name] of actors) expect(nameOf(actor)).toBe(name);
  });

  it('says who it is where it comes as a text', () => {
    expect(actorNamed('schedule')).toEqual(SCHEDULE);
    expect(actorNamed('command line')).toEqual(OPERATOR);
    expect(actorNamed('a@example.org')).toEqual({ kind: 'user', email: 'a@example.org' });
    expect(actorNamed('anna')).toEqual({ kind: 'operator', name: 'anna' });
  });

  it('comes back from its text as it was, whatever it is', () => {
    const seen: Record<string, number> = { user: 0, operator: 0, schedule: 0, system: 0 };
    const names = fc.oneof(fc.string({ minLength: 1 }), fc.emailAddress(), fc.constantFrom('schedule', 'command line'));
    fc.assert(
      fc.property(names, (name) => {
        const actor = actorNamed(name);
        seen[actor.kind]!++;
        expect(nameOf(actor)).toBe(name);
      }),
    );
    // No text makes the program itself the one who asks.
    expect(seen['system']).toBe(0);
    for (const kind of ['user', 'operator', 'schedule']) expect(seen[kind], kind).toBeGreaterThan(5);
  });
});
