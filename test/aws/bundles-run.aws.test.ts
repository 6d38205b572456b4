import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { loadEntitlement, saveEntitlement } from '@aion/accounts';
import { loadRun } from '@aion/pipeline';
import { exportState, importState } from '@aion/runtime';
// @ts-expect-error: a script without types
import { buildFunctions } from '../../scripts/build-functions.mjs';
import { daily, newFolder, removeFolders, simulatedHome } from '../embedded-home.ts';
import { openStage } from './stage-on-emulators.ts';

const SESSION = '2026-02-27';
const SECRET = 'whsec_test';
const folder = newFolder('bundles-run');
let stage: Awaited<ReturnType<typeof openStage>>;
let expectedHash: string;

beforeAll(async () => {
  const home = await simulatedHome('bundles-run');
  const market = join(newFolder('market'), 'state');
  const allItems = () => allSqliteItems(home.state, home.clock.nowMs());
  await exportState(
    { name: 'embedded', items: home.items, objects: home.objects, clock: home.clock, kill: home.kill, allItems },
    market,
  );
  stage = await openStage({ ledgerSecret: home.ledgerSecret });
  await importState(stage.source, market);
  expectedHash = (await daily(home, { sessionDate: SESSION })).summary!.signalsHash;
  home.close();
  const { ssm } = stage.emulators;
  const Name = `${stage.variables['AION_SECRETS_PATH']}/stripe-webhook-secret`;
  await ssm.send(new PutParameterCommand({ Name, Value: SECRET, Type: 'SecureString' }));
  await buildFunctions({ outdir: folder, platform: `${process.platform}/${process.arch}` });
});
afterAll(() => {
  stage.close();
  removeFolders();
});

function run(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...stage.variables,
      AWS_ACCESS_KEY_ID: 'emulator',
      AWS_SECRET_ACCESS_KEY: 'emulator',
      AWS_ENDPOINT_URL: process.env['AION_MOTO'],
      AWS_ENDPOINT_URL_DYNAMODB: process.env['AION_DYNAMODB_EMULATOR'],
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** Hands events to a built function, one after the other in one process, as Lambda does; gives its answers. */
async function invoke<T>(name: string, ...events: readonly object[]): Promise<T[]> {
  const script = join(folder, `invoke-${name}.mjs`);
  const file = pathToFileURL(join(folder, 'functions', name, 'index.mjs')).href;
  writeFileSync(
    script,
    `const { handler } = await import(${JSON.stringify(file)});
     for (const event of ${JSON.stringify(events)}) {
       try { console.log('ANSWER ' + JSON.stringify((await handler(event, { awsRequestId: 'x' })) ?? null)); }
       catch (error) { console.log('ANSWER ' + JSON.stringify({ thrown: error.name, message: error.message })); }
     }`,
  );
  const { stdout, stderr } = await run([script]);
  const answers = stdout.split('\n').filter((line) => line.startsWith('ANSWER '));
  if (answers.length !== events.length) throw new Error(`${name} answered ${answers.length} times: ${stdout}${stderr}`);
  return answers.map((line) => JSON.parse(line.slice('ANSWER '.length)) as T);
}

describe('the bundles as they are deployed', () => {
  it('run a day in their own processes, the models in the container’s, to the signals of one machine', async () => {
    const request = { action: 'prepare', kind: 'daily', triggeredBy: 'test', sessionDate: SESSION, execution: 'x1' };
    const [prepared, again] = await invoke<{ decision: string; runId: string }>('control', request, request);
    expect(prepared!.decision).toBe('run');
    expect(again).toEqual(prepared);
    const { runId } = prepared!;
    const task = (name: string) => ({ task: name, runId, execution: 'x1' });
    const [bars] = await invoke<{ shards: unknown[] }>('task', task('bars'), task('features'));
    expect(bars!.shards).toEqual([{ shard: 0, of: 1 }]);
    const container = join(folder, 'fargate/task/index.mjs');
    const models = await run([container, 'stage', 'models', '--run', runId, '--execution', 'x1']);
    expect({ code: models.code, stderr: models.stderr }).toEqual({ code: 0, stderr: '' });
    await invoke('task', task('publish'));
    const { run: record } = await loadRun(stage.host.items, runId);
    expect(record).toMatchObject({ status: 'succeeded', summary: { signalsHash: expectedHash } });
    const [stranger] = await invoke<object>('task', { ...task('publish'), execution: 'another' });
    expect(stranger).toMatchObject({ thrown: 'Aion.lease_lost' });
    expect(await invoke('dead-man', {})).toEqual([{ overdue: expect.any(Array) as unknown, jobs: [] }]);
    expect(await invoke<object>('import', { key: 'elsewhere/x', name: 'a.csv', replace: false })).toMatchObject([
      { thrown: 'Aion.bad_input' },
    ]);
  });

  it('take a webhook in with its signature only, and keep its event while Stripe cannot be asked', async () => {
    const { items } = stage.host;
    await saveEntitlement(items, {
      userId: 'u',
      email: 'u@example.org',
      tier: 'basic',
      role: 'member',
      source: 'signup',
      updatedMs: 0,
    });
    const subscription = {
      id: 'sub',
      customer: 'cus',
      status: 'active',
      metadata: { userId: 'u' },
      items: { data: [{ price: { lookup_key: 'aion_pro' } }] },
    };
    const body = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'customer.subscription.updated',
      created: 1,
      data: { object: subscription },
    });
    const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET });
    const packed = Buffer.from(body).toString('base64');
    const headers = { 'stripe-signature': signature };
    const answers = await invoke<{ statusCode: number }>(
      'billing-webhook',
      { body, headers, isBase64Encoded: false },
      { body: packed, headers, isBase64Encoded: true },
      { body, headers: { 'stripe-signature': 't=1,v1=00' }, isBase64Encoded: false },
      { body: null },
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 400, 400]);
    const record = (messageId: string, text: string) => ({
      messageId,
      receiptHandle: 'r',
      body: text,
      attributes: { MessageGroupId: messageId, ApproximateReceiveCount: '1' },
    });
    const batch = { Records: [record('good', body), record('bad', '{"type":"customer.subscription.updated"}')] };
    // This stage has no key of Stripe: what the event says is not believed, and it stays in the queue.
    const kept = { batchItemFailures: [{ itemIdentifier: 'good' }, { itemIdentifier: 'bad' }] };
    expect(await invoke('billing-consumer', batch)).toEqual([kept]);
    expect(await loadEntitlement(items, 'u')).toMatchObject({ tier: 'basic' });
  });
});
