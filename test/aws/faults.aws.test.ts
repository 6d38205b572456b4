import { expect, it } from 'vitest';
import { itemTableContract } from '../../packages/core/test/contract-suites/item-table.ts';
import { isAppError, makeFrozenClock, makeRng, type Item, type ItemTable } from '@aion/core';
import { makeDynamoItemTable } from '@aion/adapters/aws/dynamodb-item-table';
import { createTables, emulatorClients } from './emulators.ts';
import { FAULTS, ignoreConditions, injectFaults, seededFaults, type Fault } from './faults.ts';

const item: Item = { table: 'product', pk: 'A', sk: '1', v: 1, body: { mine: true } };
const clock = makeFrozenClock(1_700_000_000_000);
const retry = { sleep: async () => undefined };

/** A table, and a list of faults for the next requests of one operation. */
async function makeFaulty(): Promise<{
  table: ItemTable;
  next: Fault[];
  client: ReturnType<typeof emulatorClients>['dynamodb'];
}> {
  const client = emulatorClients().dynamodb;
  const tables = await createTables(client);
  const next: Fault[] = [];
  injectFaults(client, () => next.shift());
  return { table: makeDynamoItemTable({ client, tables, clock, retry }), next, client };
}

const shaken = emulatorClients().dynamodb;
const struck = injectFaults(shaken, seededFaults(makeRng('faults'), 0.2));

itemTableContract('DynamoDB, one request in five struck', async (clock) =>
  makeDynamoItemTable({ client: shaken, tables: await createTables(shaken), clock, retry }),
);

it('met every kind of fault in the suite above', () => {
  for (const fault of FAULTS) expect(struck[fault], fault).toBeGreaterThanOrEqual(3);
});

for (const fault of ['lost answer', 'delivered twice'] as const) {
  it(`takes a conditional write that landed for its own: ${fault}`, async () => {
    const { table, next } = await makeFaulty();
    next.push(fault);
    expect(await table.put(item, { kind: 'absent' })).toBe(1);
    next.push(fault);
    expect(await table.put(item, { kind: 'rev', rev: 1 })).toBe(2);
    next.push(fault);
    expect(await table.put(item)).toBe(3);
    next.push(fault);
    await table.transact([
      { kind: 'put', item, when: { kind: 'rev', rev: 3 } },
      { kind: 'put', item: { ...item, sk: '2' }, when: { kind: 'absent' } },
    ]);
    expect((await table.get(item))?.rev).toBe(4);
    next.push(fault);
    await table.delete(item, { kind: 'rev', rev: 4 });
    expect(await table.get(item)).toBeUndefined();
  });

  it(`still loses to another writer: ${fault}`, async () => {
    const { table, next } = await makeFaulty();
    await table.put(item);
    for (const write of [
      () => table.put(item, { kind: 'absent' }),
      () => table.delete(item, { kind: 'rev', rev: 9 }),
      () => table.transact([{ kind: 'put', item, when: { kind: 'rev', rev: 9 } }]),
    ]) {
      next.push(fault);
      await expect(write()).rejects.toMatchObject({ code: 'conflict', context: { failed: [0] } });
    }
    expect((await table.get(item))?.rev).toBe(1);
  });
}

it('reports its own landed write as a conflict where the refusal does not show the item: the guard above is what tells', async () => {
  const { table, next, client } = await makeFaulty();
  client.middlewareStack.add(
    (proceed) => (args) =>
      proceed({ ...args, input: { ...args.input, ReturnValuesOnConditionCheckFailure: 'NONE' } as typeof args.input }),
    { step: 'initialize', name: 'blind' },
  );
  next.push('lost answer');
  await expect(table.put(item, { kind: 'absent' })).rejects.toMatchObject({ code: 'conflict' });
});

it('gives up after its tries with a retryable error that names the last answer', async () => {
  const { table, next } = await makeFaulty();
  next.push(...Array.from({ length: 10 }, (): Fault => 'throttled'));
  await expect(table.put(item)).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
    message: expect.stringMatching(/10 tries.*injected: throttled/),
  });
  expect(await table.get(item)).toBeUndefined();
});

it('waits a chance share of a doubling bound between tries', async () => {
  const client = emulatorClients().dynamodb;
  const tables = await createTables(client);
  const waits: number[] = [];
  injectFaults(client, () => (waits.length < 8 ? 'throttled' : undefined));
  const rng = { ...makeRng('x'), next: () => 0.5 };
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  await makeDynamoItemTable({ client, tables, clock, rng, retry: { sleep } }).get(item);
  expect(waits).toEqual([12.5, 25, 50, 100, 200, 400, 500, 500]);
});

it('the contract catches a table that ignores conditions', async () => {
  const client = emulatorClients().dynamodb;
  const tables = await createTables(client);
  ignoreConditions(client);
  const table = makeDynamoItemTable({ client, tables, clock, retry });
  // The race of the contract suite, and its exactly one winner.
  const race = await Promise.allSettled(Array.from({ length: 20 }, () => table.put(item, { kind: 'absent' })));
  expect(race.filter((result) => result.status === 'fulfilled').length).toBeGreaterThan(1);
  await table
    .transact([{ kind: 'check', key: { ...item, sk: 'none' }, when: { kind: 'exists' } }])
    .catch((error: unknown) => {
      expect(isAppError(error, 'conflict'), 'the planted table must not conflict').toBe(false);
      throw error;
    });
});
