import { describe, expect, it } from 'vitest';
import { makeTurns } from './in-turn.ts';

describe('work in turn', () => {
  it('goes one after the other, and one that fails stops no other', async () => {
    const inTurn = makeTurns();
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      inTurn(async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        if (fails) throw new Error(name);
        log.push(`${name} ends`);
        return name;
      });
    const asked = [work('a'), work('b', true), work('c')];
    await inTurn.settled();
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});
