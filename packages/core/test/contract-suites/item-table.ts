import { beforeEach, describe, expect, it } from 'vitest';
import {
  isAppError,
  makeFrozenClock,
  MAX_BODY_BYTES,
  queryAll,
  type Clock,
  type Item,
  type ItemTable,
  type Write,
} from '../../src/index.ts';

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
      await expect(twice).rejects.toMatchObject({ code: 'bad_input', context: { rule: 'transaction_repeats' } });
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

    it('says of a lost condition that trying again may help', async () => {
      await table.put(at('A', '1'));
      const lost = { code: 'conflict', retryable: true, context: { failed: [0] } };
      await expect(table.put(at('A', '1'), { kind: 'absent' })).rejects.toMatchObject(lost);
      await expect(
        table.transact([{ kind: 'put', item: at('A', '1'), when: { kind: 'absent' } }]),
      ).rejects.toMatchObject(lost);
    });

    it('goes on behind the last item of a page when that was deleted or has expired meanwhile', async () => {
      for (let i = 0; i < 6; i++) {
        await table.put({ ...at('P', `${i}`), ...(i === 3 ? { expiresAtS: clock.nowMs() / 1000 + 60 } : {}) });
      }
      const range = { table: 'product', pk: 'P' } as const;
      const first = await table.query(range, { limit: 2 });
      expect(first.items.map(({ sk }) => sk)).toEqual(['0', '1']);
      await table.delete(at('P', '1'));
      const second = await table.query(range, { limit: 2, after: first.next ?? '' });
      expect(second.items.map(({ sk }) => sk)).toEqual(['2', '3']);
      clock.advance(61_000);
      const third = await table.query(range, { limit: 2, after: second.next ?? '' });
      expect(third.items.map(({ sk }) => sk)).toEqual(['4', '5']);
      expect(third.next).toBeUndefined();
    });

    it('refuses a cursor of another list, index, table or bound', async () => {
      for (const sk of ['c#1', 'c#2', 'd#1']) await table.put({ ...at('C', sk), gsi1pk: 'C', gsi1sk: sk });
      const { next: after = '' } = await table.query({ table: 'product', pk: 'C' }, { limit: 1 });
      expect((await table.query({ table: 'product', pk: 'C' }, { after })).items).toHaveLength(2);
      for (const range of [
        { table: 'product', pk: 'D' },
        { table: 'money', pk: 'C' },
        { table: 'product', pk: 'C', index: 'gsi1' },
        { table: 'product', pk: 'C', prefix: 'd#' },
        { table: 'product', pk: 'C', from: 'c#2' },
        { table: 'product', pk: 'C', to: 'b' },
      ] as const) {
        await expect(table.query(range, { after }), JSON.stringify(range)).rejects.toMatchObject({
          code: 'bad_input',
          context: { words: 'caller' },
        });
      }
    });

    it('refuses a page of no items, or of a part of one', async () => {
      for (const limit of [0, -1, 1.5, Number.NaN]) {
        await expect(table.query({ table: 'product', pk: 'P' }, { limit })).rejects.toMatchObject({
          code: 'bad_input',
        });
      }
    });

    it('keeps an item at every limit: longest keys and the largest body', async () => {
      const [pk, sk] = ['p'.repeat(2048), 'ü'.repeat(512)];
      const largest = { text: 'x'.repeat(MAX_BODY_BYTES - '{"text":""}'.length) };
      await table.put({ ...at(pk, sk, largest), gsi1pk: pk, gsi1sk: sk, gsi2pk: pk, gsi2sk: sk });
      expect((await table.get(at(pk, sk)))?.body).toEqual(largest);
      expect((await table.query({ table: 'product', index: 'gsi2', pk })).items).toHaveLength(1);
    });

    const REFUSED: readonly (readonly [rule: string, code: string, item: Item])[] = [
      ['empty_key', 'bad_input', at('', '1')],
      ['empty_key', 'bad_input', at('A', '')],
      ['long_key', 'bad_input', at('p'.repeat(2049), '1')],
      ['long_key', 'bad_input', at('A', `${'ü'.repeat(512)}x`)],
      ['half_index', 'bad_input', { ...at('A', '1'), gsi1pk: 'G' }],
      ['half_index', 'bad_input', { ...at('A', '1'), gsi2sk: '1' }],
      ['empty_key', 'bad_input', { ...at('A', '1'), gsi1pk: 'G', gsi1sk: '' }],
      ['empty_key', 'bad_input', { ...at('A', '1'), gsi2pk: '', gsi2sk: '1' }],
      ['long_key', 'bad_input', { ...at('A', '1'), gsi1pk: 'G', gsi1sk: 's'.repeat(1025) }],
      ['whole_expiry', 'bad_input', { ...at('A', '1'), expiresAtS: 9_999_999_999.5 }],
      ['whole_expiry', 'bad_input', { ...at('A', '1'), expiresAtS: Number.NaN }],
      ['whole_version', 'bad_input', { ...at('A', '1'), v: 1.5 }],
      ['body_size', 'too_large', at('A', '1', { text: 'x'.repeat(MAX_BODY_BYTES) })],
      ['body_size', 'too_large', at('A', '1', { text: 'ü'.repeat(MAX_BODY_BYTES / 2) })],
    ];
    it('refuses what DynamoDB cannot hold by the name of the rule, alone and within a transaction', async () => {
      for (const [rule, code, item] of REFUSED) {
        const refusal = { code, context: { rule } };
        await expect(table.put(item), rule).rejects.toMatchObject(refusal);
        const beside: Write = { kind: 'put', item: at('BESIDE', '1') };
        await expect(table.transact([beside, { kind: 'put', item }]), rule).rejects.toMatchObject(refusal);
      }
      expect(await table.get(at('A', '1'))).toBeUndefined();
      expect(await table.get(at('BESIDE', '1'))).toBeUndefined();
    });

    it('refuses a key that no item has wherever it is named', async () => {
      for (const key of [at('', '1'), at('A', ''), at('A', 's'.repeat(1025))]) {
        const refusal = { code: 'bad_input' };
        await expect(table.get(key)).rejects.toMatchObject(refusal);
        await expect(table.delete(key)).rejects.toMatchObject(refusal);
        await expect(table.transact([{ kind: 'delete', key }])).rejects.toMatchObject(refusal);
        await expect(table.transact([{ kind: 'check', key, when: { kind: 'absent' } }])).rejects.toMatchObject(refusal);
      }
    });

    it('takes a hundred writes and 4 MB in one transaction, and refuses more of either', async () => {
      const puts = (count: number, bytes: number): Write[] =>
        Array.from({ length: count }, (_, i) => ({ kind: 'put', item: at('T', `${i}`, { text: 'x'.repeat(bytes) }) }));
      await table.transact([]);
      await table.transact(puts(100, 10));
      await table.transact(puts(10, 379_000));
      await expect(table.transact(puts(101, 10))).rejects.toMatchObject({
        code: 'bad_input',
        context: { rule: 'transaction_count' },
      });
      await expect(table.transact(puts(11, 379_000))).rejects.toMatchObject({
        code: 'too_large',
        context: { rule: 'transaction_size' },
      });
      expect(await queryAll(table, { table: 'product', pk: 'T' })).toHaveLength(100);
    });

    it('lets those who came second wait', async () => {
      expect(await table.standBack(1)).toBeUndefined();
    });
  });
}
