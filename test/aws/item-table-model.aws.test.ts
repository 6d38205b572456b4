import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  AppError,
  isAppError,
  makeFrozenClock,
  makeRng,
  queryAll,
  type Clock,
  type Condition,
  type Item,
  type ItemKey,
  type ItemTable,
  type KeyRange,
  type StoredItem,
  type Write,
} from '@aion/core';
import { makeDynamoItemTable } from '@aion/adapters/aws/dynamodb-item-table';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { createTables, emulatorClients } from './emulators.ts';
import { injectFaults, seededFaults } from './faults.ts';

/** The port in its plainest form: a map. */
function makeModel(clock: Clock): Pick<ItemTable, 'get' | 'put' | 'delete' | 'transact'> & { all(): StoredItem[] } {
  const items = new Map<string, StoredItem>();
  const name = (key: ItemKey): string => `${key.table}|${key.pk}|${key.sk}`;
  const find = (key: ItemKey): StoredItem | undefined => {
    const found = items.get(name(key));
    return found?.expiresAtS !== undefined && found.expiresAtS <= Math.floor(clock.nowMs() / 1000) ? undefined : found;
  };
  const holds = (key: ItemKey, when?: Condition): boolean => {
    const found = find(key);
    if (when === undefined) return true;
    if (when.kind === 'absent') return found === undefined;
    return when.kind === 'exists' ? found !== undefined : found?.rev === when.rev;
  };
  const apply = (write: Write): void => {
    if (write.kind === 'put') {
      items.set(name(write.item), { ...write.item, rev: (find(write.item)?.rev ?? 0) + 1 });
    } else if (write.kind === 'delete') items.delete(name(write.key));
  };
  const transact = async (writes: readonly Write[]): Promise<void> => {
    const failed = writes.flatMap((write, i) =>
      holds(write.kind === 'put' ? write.item : write.key, write.when) ? [] : [i],
    );
    if (failed.length > 0) throw new AppError('conflict', 'model', { context: { failed } });
    writes.forEach(apply);
  };
  return {
    get: async (key) => find(key),
    put: async (item, when) => {
      const rev = (find(item)?.rev ?? 0) + 1;
      await transact([{ kind: 'put', item, ...(when && { when }) }]);
      return rev;
    },
    delete: (key, when) => transact([{ kind: 'delete', key, ...(when && { when }) }]),
    transact,
    all: () => [...items.values()].filter((item) => find(item) !== undefined),
  };
}

const outcome = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    return { value: (await work) ?? null };
  } catch (error) {
    if (isAppError(error)) return { code: error.code, failed: error.context['failed'] };
    throw error;
  }
};

const when = fc.option(
  fc.oneof(
    fc.constant<Condition>({ kind: 'absent' }),
    fc.constant<Condition>({ kind: 'exists' }),
    fc.integer({ min: 1, max: 4 }).map((rev): Condition => ({ kind: 'rev', rev })),
  ),
  { nil: undefined },
);
const sortKeys = ['a', 'a#1', 'a#2', 'b', 'ü'];
const key = fc.record({
  table: fc.constantFrom('product' as const, 'money' as const),
  pk: fc.constantFrom('P', 'Q'),
  sk: fc.constantFrom(...sortKeys),
});
const item = fc
  .record({
    key,
    n: fc.integer(),
    index: fc.boolean(),
    lifeS: fc.option(fc.constantFrom(-5, 30, 500), { nil: undefined }),
  })
  .map((drawn) => ({ ...drawn, kind: 'put' as const }));
const put = fc.record({ kind: fc.constant('put' as const), item, when });
const remove = fc.record({ kind: fc.constant('delete' as const), key, when });
const check = fc.record({
  kind: fc.constant('check' as const),
  key,
  when: when.map((c) => c ?? { kind: 'exists' as const }),
});
const write = fc.oneof({ weight: 3, arbitrary: put }, remove, check);
const range = fc.record({
  pk: fc.constantFrom('P', 'Q'),
  prefix: fc.option(fc.constantFrom('a', 'a#', 'b', 'zz'), { nil: undefined }),
  from: fc.option(fc.constantFrom(...sortKeys), { nil: undefined }),
  to: fc.option(fc.constantFrom(...sortKeys), { nil: undefined }),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 4 }),
});
const step = fc.oneof(
  { weight: 4, arbitrary: write.map((one) => ({ kind: 'one' as const, writes: [one] })) },
  {
    weight: 2,
    arbitrary: fc.array(write, { minLength: 1, maxLength: 4 }).map((writes) => ({ kind: 'many' as const, writes })),
  },
  { weight: 2, arbitrary: range.map((range) => ({ kind: 'query' as const, range })) },
  { weight: 1, arbitrary: fc.constantFrom(20, 40, 600).map((seconds) => ({ kind: 'pass' as const, seconds })) },
);

it('DynamoDB under faults, SQLite and a plain map agree on every answer', async () => {
  const client = emulatorClients().dynamodb;
  const tables = await createTables(client);
  const struck = injectFaults(client, seededFaults(makeRng('model'), 0.1));
  const file = openStateFile(join(mkdtempSync(join(tmpdir(), 'aion-model-')), 'state.db'));
  let conflicts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const run = randomBytes(4).toString('hex');
      const clock = makeFrozenClock(1_700_000_000_000);
      const model = makeModel(clock);
      const hosts = [
        makeSqliteItemTable(file, clock),
        makeDynamoItemTable({ client, tables, clock, retry: { sleep: async () => undefined } }),
      ];
      const at = <K extends ItemKey>(key: K): K => ({ ...key, pk: `${run}#${key.pk}` });
      const toItem = (drawn: { key: ItemKey; n: number; index: boolean; lifeS: number | undefined }): Item => ({
        ...at(drawn.key),
        v: 1,
        body: { n: drawn.n },
        ...(drawn.index && { gsi1pk: `${run}#ALL`, gsi1sk: String(drawn.n) }),
        ...(drawn.lifeS !== undefined && { expiresAtS: Math.floor(clock.nowMs() / 1000) + drawn.lifeS }),
      });
      for (const step of steps) {
        if (step.kind === 'pass') clock.advance(step.seconds * 1000);
        else if (step.kind === 'query') {
          const { limit, pk, descending, ...bounds } = step.range;
          const given = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined));
          const range: KeyRange = { table: 'product', pk: `${run}#${pk}`, descending, ...given };
          const [first, second] = await Promise.all(hosts.map((host) => walk(host, range, limit)));
          expect(second).toEqual(first);
        } else {
          const writes = step.writes.map((drawn): Write => {
            const when = drawn.when === undefined ? {} : { when: drawn.when };
            if (drawn.kind === 'put') return { kind: 'put', item: toItem(drawn.item), ...when };
            if (drawn.kind === 'delete') return { kind: 'delete', key: at(drawn.key), ...when };
            return { kind: 'check', key: at(drawn.key), when: drawn.when };
          });
          const keys = writes.map((one) => JSON.stringify(one.kind === 'put' ? keyOf(one.item) : keyOf(one.key)));
          if (new Set(keys).size < keys.length) continue;
          const act = (host: Pick<ItemTable, 'put' | 'delete' | 'transact'>): Promise<unknown> => {
            const [only] = writes;
            if (step.kind === 'one' && only?.kind === 'put') return outcome(host.put(only.item, only.when));
            if (step.kind === 'one' && only?.kind === 'delete') return outcome(host.delete(only.key, only.when));
            return outcome(host.transact(writes));
          };
          const wanted = await act(model);
          if ((wanted as { code?: string }).code === 'conflict') conflicts++;
          for (const host of hosts) expect(await act(host)).toEqual(wanted);
        }
      }
      const order = (items: readonly StoredItem[]): StoredItem[] =>
        [...items].sort((a, b) => (JSON.stringify(keyOf(a)) < JSON.stringify(keyOf(b)) ? -1 : 1));
      for (const host of hosts) {
        const found = await Promise.all(
          (['product', 'money'] as const).flatMap((table) =>
            ['P', 'Q'].map((pk) => queryAll(host, { table, pk: `${run}#${pk}` })),
          ),
        );
        expect(order(found.flat())).toEqual(order(model.all()));
        const indexed = await queryAll(host, { table: 'product', index: 'gsi1', pk: `${run}#ALL` });
        const inModel = model.all().filter((item) => item.table === 'product' && item.gsi1pk !== undefined);
        expect(order(indexed)).toEqual(order(inModel));
      }
    }),
    { numRuns: 60, seed: 20_260_227, endOnFailure: true },
  );
  // The runs were no walk in the park.
  expect(conflicts).toBeGreaterThan(50);
  expect(struck['lost answer'] + struck['delivered twice']).toBeGreaterThan(20);
  file.close();
});

function keyOf({ table, pk, sk }: ItemKey): ItemKey {
  return { table, pk, sk };
}

/** Every page of a range, with the pages' sizes. */
async function walk(host: ItemTable, range: KeyRange, limit: number): Promise<unknown> {
  const pages: StoredItem[][] = [];
  let after: string | undefined;
  do {
    const page = await host.query(range, after === undefined ? { limit } : { limit, after });
    pages.push([...page.items]);
    after = page.next;
  } while (after !== undefined);
  return pages;
}
