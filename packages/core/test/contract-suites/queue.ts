import { beforeEach, describe, expect, it } from 'vitest';
import { makeFrozenClock, type Clock, type Queue } from '../../src/index.ts';

/**
 * What every FIFO Queue adapter promises. The queue under test gives up after three deliveries. A queue with a clock of its own (a
 * server's) lets it pass by `pass`.
 */
export function queueContract(
  name: string,
  make: (clock: Clock, maxDeliveries: number) => Promise<Queue>,
  options: { pass?: (ms: number) => Promise<void> } = {},
): void {
  describe(`Queue contract: ${name}`, () => {
    const clock = makeFrozenClock(1_700_000_000_000);
    const pass = options.pass ?? (async (ms: number) => clock.advance(ms));
    let queue: Queue;
    let next = 0;
    const send = (body: string, groupId = 'g', deduplicationId = `d${next++}`): Promise<void> =>
      queue.send({ body, groupId, deduplicationId });
    const take = async (max = 10): Promise<string[]> =>
      (await queue.receive({ max, visibilityMs: 1000 })).map((m) => m.body);
    beforeEach(async () => {
      queue = await make(clock, 3);
    });

    it('delivers a group in order and one message at a time, groups apart', async () => {
      await send('a1', 'a');
      await send('a2', 'a');
      await send('b1', 'b');
      const first = await queue.receive({ max: 10, visibilityMs: 1000 });
      expect(first.map((m) => m.body)).toEqual(['a1', 'b1']);
      expect(await take()).toEqual([]);
      expect(await queue.acknowledge(first[0]?.receipt ?? '')).toBe(true);
      expect(await take()).toEqual(['a2']);
    });

    it('drops a repeated deduplication id for five minutes, and no longer', async () => {
      await send('x', 'g', 'same');
      await send('x again', 'g', 'same');
      const [only] = await queue.receive({ max: 10, visibilityMs: 1000 });
      await queue.acknowledge(only?.receipt ?? '');
      expect(await take()).toEqual([]);
      await pass(5 * 60_000 + 1);
      await send('x later', 'g', 'same');
      expect(await take()).toEqual(['x later']);
    });

    it('delivers again after the visibility time, and the old receipt is worthless', async () => {
      await send('x');
      const [first] = await queue.receive({ max: 1, visibilityMs: 1000 });
      await pass(1001);
      expect(await queue.acknowledge(first?.receipt ?? '')).toBe(false);
      const [second] = await queue.receive({ max: 1, visibilityMs: 1000 });
      expect(second).toMatchObject({ body: 'x', deliveries: 2 });
      expect(await queue.extend(second?.receipt ?? '', 5000)).toBe(true);
      await pass(4000);
      expect(await take()).toEqual([]);
      expect(await queue.acknowledge(second?.receipt ?? '')).toBe(true);
    });

    it('sets a poison message aside after its last delivery, lets the group go on, and redrives', async () => {
      await send('poison', 'g');
      await send('good', 'g');
      for (let i = 0; i < 3; i++) {
        expect(await take()).toEqual(['poison']);
        await pass(1001);
      }
      const [good] = await queue.receive({ max: 10, visibilityMs: 1000 });
      expect(good?.body).toBe('good');
      expect(await queue.acknowledge(good?.receipt ?? '')).toBe(true);
      expect((await queue.deadLetters()).map((m) => m.body)).toEqual(['poison']);
      await pass(1001);
      expect(await queue.redrive()).toBe(1);
      expect(await queue.deadLetters()).toEqual([]);
      expect(await queue.receive({ max: 10, visibilityMs: 1000 })).toMatchObject([{ body: 'poison', deliveries: 1 }]);
    });
  });
}
