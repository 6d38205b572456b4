import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { makeDynamoItemTable } from '@aion/adapters/aws/dynamodb-item-table';
import { loadSsmSecrets } from '@aion/adapters/aws/ssm-secrets';
import { describeExecution, startExecution } from '@aion/adapters/aws/state-machines';
import { meterUsage } from '@aion/adapters/aws/usage';
import { makeFrozenClock, queryAll, type Item } from '@aion/core';
import { emulatorClients, openEmulators } from './emulators.ts';

const stage = await openEmulators({ secrets: { LEDGER: 'ledger-value', TOKEN: 'token-value' } });
const clock = makeFrozenClock(1_700_000_000_000);
const item = (sk: string, bytes = 10): Item => ({
  table: 'product',
  pk: 'P',
  sk,
  v: 1,
  body: { text: 'x'.repeat(bytes) },
});

it('reads secrets, and names a missing one and a plain one with the command that sets it, no value', async () => {
  const { ssm, secretsPath } = stage;
  expect(await loadSsmSecrets(ssm, secretsPath, ['LEDGER', 'TOKEN'])).toEqual({
    LEDGER: 'ledger-value',
    TOKEN: 'token-value',
  });
  await ssm.send(new PutParameterCommand({ Name: `${secretsPath}/PLAIN`, Value: 'plain-value', Type: 'String' }));
  const refused: unknown = await loadSsmSecrets(ssm, secretsPath, ['LEDGER', 'PLAIN', 'GONE']).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({
    code: 'missing_data',
    message: expect.stringMatching(/PLAIN \(a String, not a SecureString\), \S+\/GONE \(missing\); .*put-parameter/),
  });
  expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toMatch(/ledger-value|plain-value/);
});

it('reads more secrets than one request takes', async () => {
  const names = Array.from({ length: 13 }, (_, i) => `S${i}`);
  const many = await openEmulators({ secrets: Object.fromEntries(names.map((name) => [name, `v-${name}`])) });
  expect(Object.keys(await loadSsmSecrets(many.ssm, many.secretsPath, names))).toEqual(names);
});

it('starts an execution once under its name', async () => {
  const { sfn } = stage;
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: stage.bucket,
      roleArn: 'arn:aws:iam::123456789012:role/emulator',
      definition: JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } }),
    }),
  );
  const first = await startExecution(sfn, stateMachineArn, 'run-1', { day: '2026-02-27' });
  expect(first.started).toBe(true);
  expect(await startExecution(sfn, stateMachineArn, 'run-1', { day: 'another' })).toEqual({ ...first, started: false });
  expect(await describeExecution(sfn, first.arn)).toMatchObject({ status: expect.stringMatching(/RUNNING|SUCCEEDED/) });
  await expect(describeExecution(sfn, `${first.arn}x`)).rejects.toMatchObject({ code: 'not_found' });
  await expect(startExecution(sfn, stateMachineArn, 'no spaces', {})).rejects.toMatchObject({ code: 'bad_input' });
});

it('counts requests and capacity: one request a list, 4 KB a read unit, 1 KB a write unit', async () => {
  const client = emulatorClients().dynamodb;
  const table = makeDynamoItemTable({ client, tables: stage.tables, clock });
  const usage = meterUsage(client);
  for (let i = 0; i < 30; i++) await table.put(item(`list#${String(i).padStart(2, '0')}`, 900));
  expect(usage).toMatchObject({ requests: 30, byOperation: { UpdateItem: 30 } });
  expect(usage.writeUnits).toBeGreaterThanOrEqual(30);
  const before = { ...usage };
  const page = await table.query({ table: 'product', pk: 'P', prefix: 'list#' }, { limit: 25 });
  expect(page.items).toHaveLength(25);
  expect(usage.requests - before.requests).toBe(1);
  // Consistent: 26 items of about 1 KB at one unit for 4 KB.
  expect(usage.readUnits - before.readUnits).toBeGreaterThan(5);
  expect(usage.readUnits - before.readUnits).toBeLessThan(9);
});

it('follows pages of 1 MB to the full limit', async () => {
  const client = emulatorClients().dynamodb;
  const table = makeDynamoItemTable({ client, tables: stage.tables, clock });
  for (let i = 0; i < 8; i++) await table.put(item(`big#${i}`, 300_000));
  const usage = meterUsage(client);
  const range = { table: 'product', pk: 'P', prefix: 'big#' } as const;
  expect((await table.query(range, { limit: 7 })).items).toHaveLength(7);
  expect(usage.requests).toBeGreaterThan(1);
  expect(await queryAll(table, range)).toHaveLength(8);
});

it('refuses cursors of another list, table, index, bound or by hand', async () => {
  const table = makeDynamoItemTable({ client: stage.dynamodb, tables: stage.tables, clock });
  for (const sk of ['c#1', 'c#2', 'd#1']) await table.put({ ...item(sk), pk: 'C', gsi1pk: 'C', gsi1sk: sk });
  const { next: after = '' } = await table.query({ table: 'product', pk: 'C' }, { limit: 1 });
  expect((await table.query({ table: 'product', pk: 'C' }, { after })).items).toHaveLength(2);
  const forged = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const [range, cursor] of [
    [{ table: 'product', pk: 'D' }, after],
    [{ table: 'money', pk: 'C' }, after],
    [{ table: 'product', pk: 'C', index: 'gsi1' }, after],
    [{ table: 'product', pk: 'C', prefix: 'd#' }, after],
    [{ table: 'product', pk: 'C', from: 'c#2' }, after],
    [{ table: 'product', pk: 'C', to: 'b' }, after],
    [{ table: 'product', pk: 'C' }, forged(['product', 'primary', 'C', 'c#1', 'OTHER', 'c#1'])],
    [{ table: 'product', pk: 'C' }, forged(['product', 'primary', 'C', 'c#1'])],
    [{ table: 'product', pk: 'C' }, forged({ pk: 'C' })],
    [{ table: 'product', pk: 'C' }, ''],
  ] as const) {
    await expect(table.query(range, { after: cursor })).rejects.toMatchObject({ code: 'bad_input' });
  }
});

it('refuses by name what DynamoDB cannot hold', async () => {
  const table = makeDynamoItemTable({ client: stage.dynamodb, tables: stage.tables, clock });
  const bad = { code: 'bad_input' };
  await expect(table.put({ ...item('x'), sk: '' })).rejects.toMatchObject(bad);
  await expect(table.put({ ...item('x'), gsi1pk: 'alone' })).rejects.toMatchObject(bad);
  await expect(table.put({ ...item('x'), expiresAtS: 1.5 })).rejects.toMatchObject(bad);
  await expect(table.query({ table: 'product', pk: 'P' }, { limit: 0 })).rejects.toMatchObject(bad);
  const many = Array.from({ length: 101 }, (_, i) => ({ kind: 'put' as const, item: item(`m${i}`) }));
  await expect(table.transact(many)).rejects.toMatchObject(bad);
  const big = Array.from({ length: 12 }, (_, i) => ({ kind: 'put' as const, item: item(`b${i}`, 370_000) }));
  await expect(table.transact(big)).rejects.toMatchObject({ code: 'too_large' });
  await table.transact([]);
});

it('names a table that was never deployed', async () => {
  const tables = { ...stage.tables, product: 'nowhere' };
  const table = makeDynamoItemTable({ client: stage.dynamodb, tables, clock });
  await expect(table.get(item('x'))).rejects.toMatchObject({ code: 'missing_data' });
});
