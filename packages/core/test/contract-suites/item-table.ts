import { beforeEach, describe, expect, it } from 'vitest';
import { isAppError, makeFrozenClock, queryAll, type Clock, type Item, type ItemTable } from '../../src/index.ts';

const at = (pk: string, sk: string, body: Record<string, unknown> = {}): Item => ({
  table: 'product',
  pk,
  sk,
  v: 1,
  body,
});

/** What every ItemTable adapter promises. `make` gives an empty table on the clock it is handed. */
export function itemTableContract(name: string, make: (clock: Clock) => Promise<ItemTable>): void {
  describe(`ItemTable contract: ${name}`, () => {
    const clock = makeFrozenClock(1_700_000_000_000);
    let table: ItemTable;
    beforeEach(async () => {
      table = await make(clock);
    });

    it('returns what was put, with a revision that grows', async () => {
      expect(await table.put(at('A', '1', { x: [1, 'ü', null] }))).toBe(1);
      expect(await table.put(at('A', '1', { x: 2 }))).toBe(2);
      expect(await table.get(at('A', '1'))).toMatchObject({ rev: 2, v: 1, body: { x: 2 } });
      expect(await table.get(at('A', '2'))).toBeUndefined();
    });

    it('refuses a conditional put that lost, and changes nothing', async () => {
      await table.put(at('A', '1', { x: 1 }), { kind: 'absent' });
      for (const when of [{ kind: 'absent' }, { kind: 'rev', rev: 7 }] as const) {
        await expect(table.put(at('A', '1', { x: 9 }), when)).rejects.toSatisfy((error) =>
          isAppError(error, 'conflict'),
        );
      }
      await expect(table.put(at('A', '2'), { kind: 'exists' })).rejects.toSatisfy((error) =>
        isAppError(error, 'conflict'),
      );
      expect((await table.get(at('A', '1')))?.body).toEqual({ x: 1 });
      await table.put(at('A', '1', { x: 2 }), { kind: 'rev', rev: 1 });
      await expect(table.delete(at('A', '1'), { kind: 'rev', rev: 1 })).rejects.toSatisfy((error) =>
        isAppError(error, 'conflict'),
      );
      await table.delete(at('A', '1'), { kind: 'rev', rev: 2 });
      expect(await table.get(at('A', '1'))).toBeUndefined();
    });

    it('lets exactly one of many racing conditional puts win', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => table.put(at('RACE', 'x', { i }), { kind: 'absent' })),
      );
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    });

    it('applies a transaction whole or not at all, and names what failed', async () => {
      await table.put(at('A', '1', { n: 1 }));
      const failing = table.transact([
        { kind: 'put', item: at('B', '1') },
        { kind: 'put', item: at('A', '1', { n: 2 }), when: { kind: 'absent' } },
        { kind: 'check', key: at('C', '1'), when: { kind: 'exists' } },
      ]);
      await expect(failing).rejects.toMatchObject({ code: 'conflict', context: { failed: [1, 2] } });
      expect(await table.get(at('B', '1'))).toBeUndefined();
      await table.transact([
        { kind: 'put', item: at('B', '1', { ok: true }), when: { kind: 'absent' } },
        { kind: 'delete', key: at('A', '1'), when: { kind: 'rev', rev: 1 } },
        { kind: 'put', item: { ...at('M', '1'), table: 'money' } },
      ]);
      expect(await table.get(at('A', '1'))).toBeUndefined();
      expect((await table.get(at('B', '1')))?.body).toEqual({ ok: true });
      expect(await table.get({ ...at('M', '1'), table: 'money' })).toBeDefined();
      expect(await table.get(at('M', '1'))).toBeUndefined();
    });

    it('refuses a transaction that touches one item twice', async () => {
      const twice = table.transact([
        { kind: 'put', item: at('A', '1') },
        { kind: 'delete', key: at('A', '1') },
      ]);
      await expect(twice).rejects.toSatisfy((error) => isAppError(error, 'bad_input'));
    });

    it('queries a partition in byte order, by prefix and bounds, both ways', async () => {
      for (const sk of ['a#1', 'a#2', 'b#1', 'B#1', 'a%x', 'é']) await table.put(at('P', sk));
      await table.put(at('Q', 'a#3'));
      const keys = async (range: object): Promise<string[]> =>
        (await table.query({ table: 'product', pk: 'P', ...range })).items.map((item) => item.sk);
      expect(await keys({})).toEqual(['B#1', 'a#1', 'a#2', 'a%x', 'b#1', 'é']);
      expect(await keys({ prefix: 'a#' })).toEqual(['a#1', 'a#2']);
      expect(await keys({ prefix: 'a#', descending: true })).toEqual(['a#2', 'a#1']);
      expect(await keys({ from: 'a#2', to: 'b#1' })).toEqual(['a#2', 'a%x', 'b#1']);
    });

    it('takes a prefix together with bounds, and bounds that cross as nothing', async () => {
      for (const sk of ['a#1', 'a#2', 'a#3', 'b#1', '\u{d7ff}1', '\u{e000}1']) await table.put(at('P', sk));
      const keys = async (range: object): Promise<string[]> =>
        (await table.query({ table: 'product', pk: 'P', ...range })).items.map((item) => item.sk);
      expect(await keys({ prefix: 'a#', from: 'a#2' })).toEqual(['a#2', 'a#3']);
      expect(await keys({ prefix: 'a#', from: 'a#2', descending: true })).toEqual(['a#3', 'a#2']);
      expect(await keys({ prefix: 'a#', to: 'a#2' })).toEqual(['a#1', 'a#2']);
      expect(await keys({ prefix: 'a#', from: 'a#2', to: 'a#2' })).toEqual(['a#2']);
      expect(await keys({ prefix: 'a#', from: 'a', to: 'z' })).toEqual(['a#1', 'a#2', 'a#3']);
      expect(await keys({ prefix: 'a#', from: 'b' })).toEqual([]);
      expect(await keys({ prefix: '\u{d7ff}', from: '\u{d7ff}0' })).toEqual(['\u{d7ff}1']);
      expect(await keys({ from: 'b', to: 'a' })).toEqual([]);
      expect(await keys({ prefix: '' })).toHaveLength(6);
    });

    it('fills a page although items in it have expired, and says when it was the last', async () => {
      for (let i = 0; i < 9; i++) {
        await table.put({ ...at('P', `${i}`), ...(i % 3 === 0 ? {} : { expiresAtS: clock.nowMs() / 1000 + 60 }) });
      }
      clock.advance(61_000);
      const first = await table.query({ table: 'product', pk: 'P' }, { limit: 2 });
      expect(first.items.map((item) => item.sk)).toEqual(['0', '3']);
      const second = await table.query({ table: 'product', pk: 'P' }, { limit: 2, after: first.next ?? '' });
      expect(second.items.map((item) => item.sk)).toEqual(['6']);
      expect(second.next).toBeUndefined();
    });

    it('forgets what a later write leaves out: indexes and expiry', async () => {
      await table.put({
        ...at('A', '1'),
        gsi1pk: 'G',
        gsi1sk: '1',
        gsi2pk: 'H',
        gsi2sk: '1',
        expiresAtS: 9_999_999_999,
      });
      expect(await table.get(at('A', '1'))).toMatchObject({ gsi1pk: 'G', gsi2sk: '1', expiresAtS: 9_999_999_999 });
      await table.put({ ...at('A', '1'), gsi2pk: 'H', gsi2sk: '2' });
      expect(await table.get(at('A', '1'))).toEqual({ ...at('A', '1'), rev: 2, gsi2pk: 'H', gsi2sk: '2' });
      expect((await table.query({ table: 'product', index: 'gsi1', pk: 'G' })).items).toEqual([]);
      expect((await table.query({ table: 'product', index: 'gsi2', pk: 'H' })).items).toHaveLength(1);
    });

    it('pages without losing or repeating an item, also when sort keys of an index are equal', async () => {
      for (let i = 0; i < 25; i++) {
        await table.put({ ...at(`P${i}`, 'x', { i }), gsi1pk: 'ALL', gsi1sk: `k${Math.floor(i / 10)}` });
      }
      await table.put(at('P99', 'x'));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await table.query(
          { table: 'product', index: 'gsi1', pk: 'ALL' },
          after === undefined ? { limit: 4 } : { limit: 4, after },
        );
        expect(page.items.length).toBeLessThanOrEqual(4);
        seen.push(...page.items.map((item) => item.pk));
        after = page.next;
      } while (after !== undefined);
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
      expect(await queryAll(table, { table: 'product', index: 'gsi1', pk: 'ALL' })).toHaveLength(25);
    });

    it('refuses a cursor that it never gave', async () => {
      await expect(table.query({ table: 'product', pk: 'P' }, { after: 'zzz' })).rejects.toSatisfy((error) =>
        isAppError(error, 'bad_input'),
      );
    });

    it('treats an expired item as absent', async () => {
      await table.put({ ...at('T', '1'), expiresAtS: clock.nowMs() / 1000 + 60 });
      expect(await table.get(at('T', '1'))).toBeDefined();
      clock.advance(61_000);
      expect(await table.get(at('T', '1'))).toBeUndefined();
      expect((await table.query({ table: 'product', pk: 'T' })).items).toHaveLength(0);
      await expect(table.put(at('T', '1'), { kind: 'exists' })).rejects.toMatchObject({ code: 'conflict' });
      await expect(table.put(at('T', '1'), { kind: 'rev', rev: 1 })).rejects.toMatchObject({ code: 'conflict' });
      await expect(
        table.transact([{ kind: 'check', key: at('T', '1'), when: { kind: 'exists' } }]),
      ).rejects.toMatchObject({ code: 'conflict', context: { failed: [0] } });
      expect(await table.put(at('T', '1'), { kind: 'absent' })).toBe(1);
    });

    it('begins at revision 1 again after an item has expired or was deleted', async () => {
      const expiring = { ...at('T', '1'), expiresAtS: clock.nowMs() / 1000 + 60 };
      await table.put(expiring);
      expect(await table.put(expiring)).toBe(2);
      clock.advance(61_000);
      expect(await table.put(at('T', '1'))).toBe(1);
      await table.put({ ...at('T', '2'), expiresAtS: clock.nowMs() / 1000 + 60 });
      clock.advance(61_000);
      await table.transact([
        { kind: 'put', item: at('T', '2') },
        { kind: 'put', item: at('T', '1') },
      ]);
      expect((await table.get(at('T', '2')))?.rev).toBe(1);
      expect((await table.get(at('T', '1')))?.rev).toBe(2);
      await table.delete(at('T', '1'));
      expect(await table.put(at('T', '1'))).toBe(1);
    });

    it('refuses a body over the size limit by name', async () => {
      await expect(table.put(at('BIG', '1', { text: 'x'.repeat(400_000) }))).rejects.toMatchObject({
        code: 'too_large',
      });
    });
  });
}
