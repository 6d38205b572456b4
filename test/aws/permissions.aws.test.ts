import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { makeSqsQueue } from '@aion/adapters/aws/sqs-queue';
import { loadSsmSecrets } from '@aion/adapters/aws/ssm-secrets';
import { makeOnnxLoader } from '@aion/adapters/onnx/tensor-model-loader';
import type { CloudCalls } from '@aion/adapters/aws/calls';
import { saveEntitlement } from '@aion/accounts';
import { ImportReport } from '@aion/contracts';
import { exportState, importState, serveLive } from '@aion/runtime';
import { actorNamed, type Host } from '@aion/jobs';
import { AppError, sha256Hex } from '@aion/core';
import { setFlag } from '@aion/trading';
import { appendRecords, flagChanges, readRecords, sealRecord } from '@aion/market/records';
import type { RecordsDone, Sources } from '@aion/jobs/sources';
import { loadActiveSignals } from '@aion/signals';
import { LANES } from '@aion/universe';
import { openCloudSources, type ReadSecret } from '@aion/runtime/cloud/cloud-sources';
import { cloudFeatureQueues, featureTools } from '@aion/runtime/cloud/feature-tools';
import { asksNone, callSourceJob } from '@aion/runtime/cloud/source-jobs';
import { applyQueuedEvent } from '@aion/runtime/cloud/billing';
import { reconcile } from '@aion/jobs/billing';
import { makeCloudSessions } from '@aion/runtime/cloud/cloud-sessions';
import { makeCloudApi, startByMachine } from '@aion/runtime/cloud/cloud-api';
import { composeCloud, type Cloud, type CloudTools } from '@aion/runtime/cloud/compose-cloud';
import { callDeadMan } from '@aion/runtime/cloud/dead-man-call';
import { callLakeCare } from '@aion/runtime/cloud/lake-care-call';
import { importUpload } from '@aion/runtime/cloud/import-upload';
import { lakeTools } from '@aion/runtime/cloud/lake-tools';
import { archivePartitions, restorePartitions, sweepLake } from '@aion/market';
import { recordRoutes } from '../../packages/adapters/test/record-shapes.ts';
import { startVendorServer } from '../../packages/adapters/test/vendor-server.ts';
import { TABLE_OPERATIONS } from '../../infra/machines/alarms.ts';
import { GRANTS } from '../../infra/permissions.ts';
import { newFolder, removeFolders, simulatedHome, TWO_SHARDS } from '../embedded-home.ts';
import { executeMachine } from '../infra/execute-machine.ts';
import { realHandlers } from '../infra/real-handlers.ts';
import { invocationOf, recordingClients, refused, unused, type Call } from './granted-clients.ts';
import { simulatedSources } from './simulated-sources.ts';
import { openStage } from './stage-on-emulators.ts';

const SESSION = '2026-02-27';
let stage: Awaited<ReturnType<typeof openStage>>;
const LOOKS = 'an upload that met another one looks whether the object is there';
/** Rights that these tests do not use, and why they are given all the same. */
const NOT_SEEN: readonly (readonly [right: RegExp, why: string])[] = [
  [/: s3:ListBucket on /, 'without it S3 answers "forbidden" for an object that is not there'],
  [/: s3:AbortMultipartUpload on /, 'an upload in parts that fails is cleared away'],
  [/^api: s3:GetObject .*\/uploads\/\*$/, LOOKS],
  [/^(import|bars): s3:GetObject .*\/quarantine\/\*$/, LOOKS],
  [/^task: s3:GetObject .*\/(snap|charts|ready|scans|reports|quality)\/\*$/, LOOKS],
  [/^billing-(consumer|reconcile): ssm:/, 'the key of Stripe is read where Stripe is asked, which no emulator is'],
  [/^billing-reconcile: dynamodb:(GetItem|Query) on table\/aion-dev-ephemeral/, 'writing a notice comes with reading'],
  [/^billing-consumer: sqs:/, 'Lambda itself polls the queue with the role of the function'],
  [
    /^api: dynamodb:DeleteItem on table\/aion-dev-ephemeral/,
    'a call that failed on our side may be repeated with its key',
  ],
  [
    /^task-container: dynamodb:DeleteItem on table\/aion-dev-ephemeral/,
    'a lease that cannot be handed over is given back',
  ],
];
const recorded = new Map<keyof typeof GRANTS, Call[]>();

/** The host of one function, whose calls are recorded as that function's. */
const ADMIN_SESSION = {
  userId: 'admin',
  email: 'admin@example.org',
  sessionId: 'a-session',
  issuedAtS: 2_000_000_000,
  expiresAtS: 2_000_003_600,
};

function hostOf(role: keyof typeof GRANTS, tools: CloudTools = {}): Cloud {
  const { clients, calls } = recordingClients();
  recorded.set(role, calls);
  return composeCloud(stage.variables, clients, tools);
}

/** The same for one that reads the ledger's secret as it starts. */
async function runHostOf(role: 'task' | 'task-container', tools: CloudTools): Promise<Cloud> {
  const { clients, calls } = recordingClients();
  const { 'ledger-secret': ledgerSecret } = await loadSsmSecrets(clients.ssm, stage.emulators.secretsPath, [
    'ledger-secret',
  ]);
  recorded.set(role, calls);
  return composeCloud(stage.variables, clients, { ...tools, ledgerSecret });
}

/** The same for one that asks sources, and how it opens them: with the keys of its own secret, and news of a feed. */
function askingHost(role: 'records' | 'bars', feedsUrl: string, tools: CloudTools = {}) {
  const { clients, calls } = recordingClients();
  recorded.set(role, calls);
  const feeds = JSON.stringify({ feeds: [`${feedsUrl}/feed`] });
  const host = composeCloud({ ...stage.variables, AION_SOURCES: feeds }, clients, tools);
  const overrides = { urls: { rss: feedsUrl }, http: { attempts: 1 } };
  const readSecret: ReadSecret = async (name) =>
    (await loadSsmSecrets(clients.ssm, stage.emulators.secretsPath, [name]))[name]!;
  return { host, open: () => openCloudSources(host, role, overrides, readSecret) };
}

beforeAll(async () => {
  const home = await simulatedHome('permissions', TWO_SHARDS);
  const market = join(newFolder('market'), 'state');
  const allItems = () => allSqliteItems(home.state, home.clock.nowMs());
  await exportState(
    { name: 'embedded', items: home.items, objects: home.objects, clock: home.clock, kill: home.kill, allItems },
    market,
  );
  home.close();
  stage = await openStage({ variables: { AION_SYMBOLS_PER_TASK: '30' } });
  await importState(stage.source, market);
  const knownMs = Date.UTC(2026, 0, 5);
  const measures = flagChanges([], {
    flag: 'gsm',
    source: 'nse',
    fromMs: knownMs,
    knownMs,
    entries: [{ symbol: 'NOSUCH', detail: null }],
    provenance: { source: 'nse', url: 'https://example.org', fetchedMs: knownMs, sha256: '0'.repeat(64) },
  });
  await appendRecords(stage.host, measures);
});
afterAll(() => {
  stage.close();
  removeFolders();
});

describe('the roles of the functions', () => {
  it('allow all that a daily, an hourly and a post-market run, a failure and the dead man’s check do, each by its own role', async () => {
    const [control, task] = [hostOf('control'), await runHostOf('task', lakeTools)];
    const container = await runHostOf('task-container', { ...lakeTools, models: makeOnnxLoader({ threads: 1 }) });
    // A year of the market is archived, brought back, swept and archived again: the runs then read it where it lies.
    const care = hostOf('lake-care', lakeTools);
    const inAWeek = (weeks: number) => sweepLake(care.ingest, 'NSE', 'daily', { nowMs: weeks * 7 * 86_400_000 });
    await archivePartitions(care.ingest, 'NSE', 'daily', ['2024']);
    for (const weeks of [0, 1]) await inAWeek(weeks);
    await restorePartitions(care.ingest, 'NSE', 'daily', ['2024']);
    for (const weeks of [2, 3]) await inAWeek(weeks);
    await archivePartitions(care.ingest, 'NSE', 'daily', ['2024']);
    await callLakeCare(care, { dueAt: '2026-02-27T20:30:00Z' });
    expect(refused('lake-care', recorded.get('lake-care')!)).toEqual([]);
    const functions: Record<string, Host> = { Prepare: control, RecordFailure: control, Models: container };
    const handlers = Object.fromEntries(
      Object.keys(realHandlers(task)).map((state) => [state, realHandlers(functions[state] ?? task)[state]!]),
    );
    const request = { triggeredBy: 'test', sessionDate: SESSION };
    for (const kind of ['daily', 'hourly', 'post-market'] as const)
      expect((await executeMachine(kind, { kind, ...request }, handlers)).status).toBe('succeeded');
    const broken = {
      ...handlers,
      Publish: () => Promise.reject(Object.assign(new Error('planted'), { name: 'Aion.corrupt' })),
    };
    expect((await executeMachine('daily', { kind: 'daily', ...request }, broken)).status).toBe('failed');
    await callDeadMan(hostOf('dead-man'));
    for (const role of ['control', 'task', 'task-container', 'dead-man'] as const) {
      expect(recorded.get(role)!.length).toBeGreaterThan(0);
      expect(refused(role, recorded.get(role)!)).toEqual([]);
    }
  });

  it('allow what the API, an import, billing and the live server do', async () => {
    const admin = {
      userId: 'admin',
      email: 'admin@example.org',
      tier: 'elite',
      role: 'admin',
      source: 'admin',
      updatedMs: 0,
    } as const;
    await saveEntitlement(stage.host.items, admin);
    const importer = hostOf('import', lakeTools);
    const api = hostOf('api');
    const calls: CloudCalls = {
      startExecution: async (resource) =>
        void recorded.get('api')!.push({ action: 'states:StartExecution', resource, operation: 'StartExecution' }),
      invoke: (name, payload) => {
        recorded.get('api')!.push(invocationOf(name));
        return importUpload(importer, payload);
      },
    };
    const { api: app } = await makeCloudApi(api, calls);
    for (const [kind, machine] of [
      ['daily', 'AION_MACHINE_DAILY'],
      ['hourly', 'AION_MACHINE_HOURLY'],
      ['post-market', 'AION_MACHINE_POST_MARKET'],
    ] as const)
      await startByMachine(api, calls, api.environment[machine], {
        kind,
        actor: actorNamed('admin'),
        sessionDate: SESSION,
      });
    // Whoever calls is known: what a token says is checked elsewhere.
    const { makeApiDeps } = await import('@aion/runtime/serving/api-deps');
    const { createApi } = await import('@aion/api');
    const open = createApi(
      await makeApiDeps(api, {
        ...makeCloudSessions(api),
        verifyToken: async () => ADMIN_SESSION,
        startRun: async () => ({ runId: 'x', alreadyRunning: false }),
        receiveUpload: async (name, body) => {
          const bytes = new Uint8Array(await new Response(body).arrayBuffer());
          return {
            bytes: bytes.length,
            sha256: sha256Hex(bytes),
            discard: async () => undefined,
            async import({ replace, actor }) {
              const { key } = await api.objects.put('uploads', bytes);
              const payload = { key, name, replace, actor };
              return ImportReport.parse(await calls.invoke(api.environment.AION_IMPORT_FUNCTION, payload));
            },
          };
        },
        reviewRow: () => Promise.reject(new AppError('unavailable', 'nothing is reviewed here')),
        activeJobs: async () => new Set<never>(),
        listSources: async () => [],
        metricsText: async () => '',
        openDemo: () => Promise.reject(new AppError('not_found', 'no demo')),
        makeFirstAdmin: () => Promise.reject(new AppError('not_found', 'no first admin')),
        healthChecks: async () => [],
      }),
    );
    expect((await app.request('/v1/health')).status).toBe(200);
    const call = (path: string, init: RequestInit = {}) =>
      open.request(path, {
        ...init,
        headers: { authorization: 'Bearer x', 'idempotency-key': 'a-key-of-its-own', ...init.headers },
      });
    const json = { 'content-type': 'application/json' };
    for (const path of [
      '/v1/me',
      '/v1/market/status',
      '/v1/signals/latest',
      '/v1/signals/export.csv',
      '/v1/scans',
      '/v1/scans/unusual-volume',
      '/v1/pipeline/runs',
      '/v1/kill',
      '/v1/admin/quarantine',
      '/v1/admin/outbox',
      '/v1/admin/quality',
      '/v1/admin/actions',
      '/v1/admin/jobs',
      '/v1/admin/freshness',
      '/v1/admin/sources',
    ])
      expect({ path, status: (await call(path)).status }).toEqual({ path, status: 200 });
    const list = (await (await call('/v1/signals/latest')).json()) as { signals: { id: string }[] };
    expect((await call(`/v1/signals/${list.signals[0]!.id}`)).status).toBe(200);
    const written = { symbol: 'ZZZ', exDate: SESSION, kind: 'dividend', value: 5, why: 'as announced' };
    const accepted = { code: 'unexplained_jump', symbol: 'ZZZ', sessionDate: SESSION, why: 'a real fall' };
    for (const [path, body] of [
      ['/v1/admin/actions', written],
      ['/v1/admin/quality/decisions', { ...accepted, revoke: true }],
      ['/v1/admin/quality/decisions', { ...accepted, revoke: true, why: 'for good' }],
    ] as const) {
      const headers = { ...json, 'idempotency-key': `decision-${JSON.stringify(body).length}` };
      const answer = await call(path, { method: 'POST', headers, body: JSON.stringify(body) });
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    }
    const kill = { active: true, reason: 'a drill' };
    expect((await call('/v1/kill', { method: 'POST', headers: json, body: JSON.stringify(kill) })).status).toBe(200);
    const csv =
      'symbol,date,open,high,low,close,volume\nZZZ,2026-02-27,10,11,9,10.5,1000\nZZY,2026-02-27,10,9,9,10.5,x\n';
    const upload = await call('/v1/admin/bhavcopy?name=a.csv', { method: 'POST', body: csv });
    expect(await upload.json()).toMatchObject({ stored: 1 });
    // Now there are rows to show.
    expect((await call('/v1/admin/quarantine')).status).toBe(200);
    await setFlag(api.items, api.clock, 'uploads', { on: true, reason: 'as it was', by: 'test' });

    const consumer = hostOf('billing-consumer');
    const now = {
      subscriptionId: 'sub',
      customerId: 'cus',
      userId: 'admin',
      status: 'paying',
      tier: 'pro',
    } as const;
    const event = { id: 'evt', type: 'customer.subscription.updated', data: { object: { id: 'sub' } } };
    await applyQueuedEvent(consumer, JSON.stringify(event), { subscription: async () => now });
    const comparison = hostOf('billing-reconcile');
    const moved = { ...now, tier: 'elite' } as const;
    await reconcile(comparison, {
      subscription: async () => moved,
      async *subscriptions() {
        yield { subscriptionId: 'sub', now: moved };
      },
    });
    const webhook = recordingClients();
    recorded.set('billing-webhook', webhook.calls);
    const { queueUrl, deadLetterUrl, secretsPath } = stage.emulators;
    await loadSsmSecrets(webhook.clients.ssm, secretsPath, ['stripe-webhook-secret']).catch(() => undefined);
    await makeSqsQueue({ client: webhook.clients.sqs, queueUrl, deadLetterUrl }).send({
      body: '{}',
      groupId: 'g',
      deduplicationId: 'd',
    });

    const { ticket } = (await (await call('/v1/live/ticket', { method: 'POST' })).json()) as { ticket: string };
    const container = hostOf('live-container');
    const live = await serveLive(container, makeCloudSessions(container), { host: '127.0.0.1', port: 0, pollMs: 5 });
    const socket = new WebSocket(`ws://127.0.0.1:${live.port}/live`);
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', ticket })));
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    socket.close();
    await live.close();
    const end = { method: 'POST', headers: json, body: JSON.stringify({ scope: 'local' }) };
    expect((await call('/v1/session/end', end)).status).toBe(204);
    for (const role of [
      'api',
      'import',
      'billing-consumer',
      'billing-reconcile',
      'billing-webhook',
      'live-container',
    ] as const) {
      expect({ role, calls: recorded.get(role)!.length > 0 }).toEqual({ role, calls: true });
      expect(refused(role, recorded.get(role)!)).toEqual([]);
    }
  });

  it('allow all that the jobs do that ask sources, each once for its instant', async () => {
    const server = await startVendorServer();
    try {
      server.routes.push(...recordRoutes);
      const { host: records, open: ask } = askingHost('records', server.url);
      const { host: bars, open: askForBars } = askingHost('bars', server.url, lakeTools);
      const due = { news: '2026-03-02T10:00:00Z', 'session-bars': '2026-03-02T13:10:00Z' };
      const later = { 'pre-market': '2026-03-03T03:15:00Z', intraday: '2026-03-02T10:02:00Z' };
      const [forRecords, forBars] = [await ask(), await askForBars()];
      expect([forRecords.standing('fred').on, forRecords.standing('kite').on]).toEqual([true, false]);
      expect([forBars.standing('fred').on, forBars.standing('kite').on]).toEqual([false, true]);
      const simulated = simulatedSources();
      const call = (
        host: Cloud,
        may: Parameters<typeof callSourceJob>[1],
        job: string,
        dueAt: string,
        open: () => Promise<Sources>,
      ) => callSourceJob(host, may, open, { job, dueAt });
      const news = () => call(records, 'records', 'news', due.news, ask);
      expect(await news()).toMatchObject({ figures: { news: expect.any(Number) as number } });
      expect(await news()).toEqual({ skipped: 'it has been done' });
      const given = async () => simulated;
      expect(await call(records, 'records', 'pre-market', later['pre-market'], given)).toMatchObject({
        figures: { lists: 5 },
      });
      const files = () => call(bars, 'bars', 'session-bars', due['session-bars'], given);
      expect(await files()).toMatchObject({ figures: { bars: 'of the exchange' } });
      expect(await files()).toEqual({ skipped: 'it has been done' });
      expect(await call(bars, 'bars', 'intraday', later.intraday, given)).toMatchObject({
        figures: { bars: expect.any(Number) as number },
      });
      for (const role of ['records', 'bars'] as const) expect(refused(role, recorded.get(role)!)).toEqual([]);
      const stored = await readRecords(records, { kind: 'flag', asOfMs: Date.now() });
      expect(stored.length).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });

  it('allow that alerts are raised, what they ask for is computed, and features are kept, each once for its instant', async () => {
    const { clients, calls } = recordingClients();
    recorded.set('features', calls);
    const tools: CloudTools = {
      ...featureTools,
      featureStore: (environment) => ({
        ...featureTools.featureStore(environment),
        queues: () => cloudFeatureQueues(environment, clients.sqs),
      }),
    };
    const host = composeCloud(stage.variables, clients, tools);
    const call = (job: string, dueAt: string) => callSourceJob(host, 'derived', asksNone, { job, dueAt });
    const keep = () => call('features', `${SESSION}T13:35:00Z`);
    expect(await keep()).toMatchObject({ done: true, figures: { computed: expect.any(Number) as number, failed: 0 } });
    expect(await keep()).toEqual({ skipped: 'it has been done' });

    const [signal] = await loadActiveSignals(stage.host.items, 'NSE', SESSION);
    const symbol = signal!.signal.symbol;
    const knownMs = Date.parse(`${SESSION}T05:00:00Z`);
    const trade = sealRecord({
      ...{ kind: 'insider_trade', source: 'test', symbols: [symbol], eventMs: knownMs, knownMs, redistributable: true },
      ...{ filingId: '1', person: 'P', role: null, side: 'buy', shares: 1e5, price: 900, currency: 'INR' },
      provenance: { source: 'test', url: 'test:', fetchedMs: knownMs, sha256: '' },
    });
    await appendRecords(stage.host, [trade]);
    // One that nobody can read was given up in each lane: it is counted.
    for (const lane of LANES)
      await stage.emulators.sqs.send(
        new SendMessageCommand({
          QueueUrl: `${stage.emulators.featureQueuesUrl}-${lane}-dlq.fifo`,
          ...{ MessageBody: 'broken', MessageGroupId: 'g', MessageDeduplicationId: lane },
        }),
      );
    const raise = () => call('alerts', `${SESSION}T14:08:00Z`);
    const raised = await raise();
    expect(raised).toMatchObject({ figures: { raised: 1, fresh: 1, failed: 0, deadLetters: 3 } });
    const { requests, done } = (raised as RecordsDone).figures;
    expect(requests).toBeGreaterThan(10);
    expect(done).toBe(requests);
    expect(await raise()).toEqual({ skipped: 'it has been done' });
    expect(await call('alerts', `${SESSION}T14:23:00Z`)).toMatchObject({ figures: { fresh: 0, requests: 0, done: 0 } });
    expect(refused('features', calls)).toEqual([]);
  });

  it('allow nothing that no call needed, but what is said with a reason', () => {
    const roles = [...recorded.keys()];
    expect(roles.sort()).toEqual(
      Object.keys(GRANTS)
        .filter((role) => role !== 'trainer-container')
        .sort(),
    );
    const idle = roles.flatMap((role) => unused(role, recorded.get(role)!).map((right) => `${role}: ${right}`));
    const reasons = NOT_SEEN.map(([pattern]) => pattern);
    expect(idle.filter((right) => !reasons.some((pattern) => pattern.test(right)))).toEqual([]);
    // A reason that excuses nothing has had its day.
    expect(reasons.filter((pattern) => !idle.some((right) => pattern.test(right)))).toEqual([]);
  });

  it('a right that nobody used is found', () => {
    const calls = recorded.get('task')!.filter(({ resource }) => !resource.includes('/ready/'));
    expect(unused('task', calls)).toContain('s3:PutObject on aion-dev-objects-123456789012/ready/*');
    expect(unused('dead-man', [])).toEqual([
      'dynamodb:GetItem on table/aion-dev-product',
      'dynamodb:UpdateItem on table/aion-dev-product',
      'dynamodb:Query on table/aion-dev-product',
    ]);
  });

  it('send the operations that the alarms on the tables count', () => {
    const sent = [...recorded.values()].flat().filter(({ action }) => action.startsWith('dynamodb:'));
    const operations = [...new Set(sent.map(({ operation }) => operation))];
    expect(operations.length).toBeGreaterThan(3);
    expect(operations.filter((operation) => !TABLE_OPERATIONS.includes(operation!))).toEqual([]);
  });

  it('refuse what they must: a scan, another’s table, another’s secret, an object outside their prefixes', () => {
    const table = 'arn:aws:dynamodb:ap-south-1:123456789012:table/aion-dev-money';
    const bucket = 'arn:aws:s3:::aion-dev-objects-123456789012';
    const secret = 'arn:aws:ssm:ap-south-1:123456789012:parameter/aion/dev/ledger-secret';
    for (const [role, action, resource] of [
      ['api', 'dynamodb:Scan', table],
      ['dead-man', 'dynamodb:UpdateItem', table],
      ['task', 'dynamodb:UpdateItem', table],
      ['import', 'ssm:GetParameters', secret],
      ['import', 'dynamodb:UpdateItem', table],
      ['api', 'ssm:GetParameters', secret],
      ['billing-webhook', 'ssm:GetParameters', secret],
      ['api', 's3:PutObject', `${bucket}/lake/x`],
      ['live-container', 's3:GetObject', `${bucket}/lake/x`],
    ] as const)
      expect(refused(role, [{ action, resource }])).toHaveLength(1);
    expect(refused('task', [{ action: 'ssm:GetParameters', resource: secret }])).toEqual([]);
  });
});
