import { createServer, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meterUsage, type Usage } from '@aion/adapters/aws/usage';
import { saveEntitlement } from '@aion/accounts';
import { LatestSignals, type Tier } from '@aion/contracts';
import { AppError } from '@aion/core';
import { makeCloudApi } from '@aion/runtime/cloud/cloud-api';
import { importUpload } from '@aion/runtime/cloud/import-upload';
import { listRuns, loadRun, takeLease } from '@aion/pipeline';
import type { Embedded } from '@aion/runtime';
import { CANARY, publishCanaries } from '../canary-run.ts';
import { DOOR_SECRET, openStage } from './stage-on-emulators.ts';

let identity: Server;
let sign: (userId: string) => Promise<string>;
let stage: Awaited<ReturnType<typeof openStage>>;
let usage: Usage;
const started: { machine: string; name: string; input: Record<string, unknown> }[] = [];
let refuseStart = false;

/** A fresh copy of the API, as a function that was just started has it: nothing cached. */
async function coldApi() {
  const { api } = await makeCloudApi(stage.host, {
    startExecution: async (machine, name, input) => {
      if (refuseStart) throw new AppError('unavailable', 'Step Functions does not answer', { retryable: true });
      started.push({ machine, name, input: input as Record<string, unknown> });
    },
    invoke: async (_name, payload) => importUpload(stage.host, payload),
  });
  return api;
}

async function call(path: string, userId: string, init: RequestInit = {}, api?: Awaited<ReturnType<typeof coldApi>>) {
  const headers = { authorization: `Bearer ${await sign(userId)}`, ...(init.headers as Record<string, string>) };
  return (api ?? (await coldApi())).request(path, { ...init, headers });
}

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }];
  identity = createServer((_request, response) => response.end(JSON.stringify({ keys })));
  await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(identity.address() as { port: number }).port}`;
  sign = (userId) =>
    new SignJWT({ email: `${userId}@example.org`, session_id: `session-${userId}` })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setSubject(userId)
      .setAudience('authenticated')
      .setIssuer(`${url}/auth/v1`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  stage = await openStage({ variables: { AION_SUPABASE_URL: url } });
  await publishCanaries(stage.host as unknown as Embedded, 200);
  for (const tier of ['basic', 'pro', 'elite'] as const)
    await saveEntitlement(stage.host.items, {
      userId: tier,
      email: `${tier}@example.org`,
      tier,
      role: tier === 'elite' ? 'admin' : 'member',
      source: 'admin',
      updatedMs: 0,
    });
  usage = meterUsage(stage.emulators.dynamodb);
});
afterAll(() => {
  stage.close();
  identity.close();
});

const counted = async (work: () => Promise<unknown>): Promise<{ requests: number; readUnits: number }> => {
  const before = { ...usage };
  await work();
  return { requests: usage.requests - before.requests, readUnits: usage.readUnits - before.readUnits };
};

describe('the API on DynamoDB and S3', () => {
  it('serves a list with two table requests and one read unit, cold, whatever the tier', async () => {
    for (const tier of ['basic', 'pro', 'elite'] as Tier[]) {
      let list: LatestSignals | undefined;
      const api = await coldApi();
      const cost = await counted(async () => {
        const response = await call('/v1/signals/latest?limit=200', tier, {}, api);
        expect(response.status).toBe(200);
        list = LatestSignals.parse(await response.json());
      });
      expect({ tier, ...cost }).toMatchObject({ requests: 2, readUnits: 1 });
      expect(list).toMatchObject({ tier, total: 200 });
      expect(list!.signals).toHaveLength(tier === 'basic' ? 5 : 200);
      const again = await counted(() => call('/v1/signals/latest?limit=200', tier, {}, api) as Promise<unknown>);
      expect(again.requests).toBe(0);
    }
  });

  it('gives basic nothing of what it must not see, on any way out', async () => {
    const textOf = async (path: string, userId: string): Promise<string> => {
      const response = await call(path, userId);
      const bytes = Buffer.from(await response.arrayBuffer());
      return (response.headers.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    };
    const paths = [
      '/v1/signals/latest',
      '/v1/signals/latest?tier=elite',
      '/v1/signals/export.csv',
      '/v1/market/status',
    ];
    for (const path of paths) expect(await textOf(path, 'basic')).not.toMatch(CANARY);
    // What is hidden from basic is there to be seen.
    for (const path of paths.slice(0, 3)) expect(await textOf(path, 'elite')).toMatch(CANARY);
  });

  it('gives someone new a basic account, and nobody without a token anything', async () => {
    const me = (await (await call('/v1/me', 'newcomer')).json()) as { tier: string; role: string };
    expect(me).toMatchObject({ tier: 'basic', role: 'member' });
    const api = await coldApi();
    expect((await api.request('/v1/signals/latest')).status).toBe(401);
    const forged = { headers: { authorization: 'Bearer nonsense' } };
    expect((await api.request('/v1/signals/latest', forged)).status).toBe(401);
  });

  it('starts a run by its machine, says which one is under way, and records one whose machine did not start', async () => {
    const post = (body: object) =>
      call('/v1/pipeline/run-daily', 'elite', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const csv = 'symbol,date,open,high,low,close,volume\nALPHA,2026-02-27,10,11,9,10.5,1000\n';
    const upload = await call('/v1/admin/bhavcopy?name=bars.csv', 'elite', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: csv,
    });
    expect(await upload.json()).toMatchObject({ stored: 1, symbols: 1 });
    const correct = (replace: boolean) =>
      call(`/v1/admin/bhavcopy?name=bars.csv&replace=${replace}`, 'elite', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: csv.replace('10.5', '10.6'),
      });
    // A bar that differs is held back, unless it is sent as a correction.
    expect(await (await correct(false)).json()).toMatchObject({ stored: 0 });
    expect(await (await correct(true)).json()).toMatchObject({ stored: 1 });
    refuseStart = true;
    expect((await post({})).status).toBe(503);
    const { runs } = await listRuns(stage.host.items, 'NSE', { limit: 1 });
    expect(runs[0]!.run).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('could not be started') as string,
    });
    refuseStart = false;
    const answer = (await (await post({})).json()) as { runId: string; alreadyRunning: boolean };
    expect(answer.alreadyRunning).toBe(false);
    expect(started).toEqual([
      {
        machine: stage.variables['AION_MACHINE_DAILY'],
        name: expect.stringContaining(answer.runId) as string,
        input: {
          kind: 'daily',
          market: 'NSE',
          triggeredBy: 'elite@example.org',
          sessionDate: '2026-02-27',
          runId: answer.runId,
        },
      },
    ]);
    const owner = { name: `run:${answer.runId}/task`, isGone: () => false };
    const lease = await takeLease(stage.host.items, stage.host.clock, 'NSE#daily', owner);
    expect(await (await post({})).json()).toEqual({ runId: answer.runId, alreadyRunning: true });
    expect((await post({ sessionDate: '2026-02-26' })).status).toBe(409);
    await lease.release();
    expect(started).toHaveLength(1);
    expect((await loadRun(stage.host.items, answer.runId)).run.status).toBe('queued');
    const member = await call('/v1/pipeline/run-daily', 'pro', { method: 'POST', body: '{}' });
    expect(member.status).toBe(404);
  });

  it('limits the people behind the site one by one, whom its edge names, and not one flood of them together', async () => {
    const api = await coldApi();
    const env = { requestContext: { http: { sourceIp: '198.51.100.1' } } };
    const ask = async (viewer: string, proof: string): Promise<number> =>
      (await api.request('/v1/health', { headers: { 'x-aion-viewer': viewer, 'x-aion-door': proof } }, env)).status;
    const flood = async (who: (i: number) => string, proof: string): Promise<number> => {
      for (let i = 0; i < 5000; i++) if ((await ask(who(i), proof)) === 429) return i;
      return Number.POSITIVE_INFINITY;
    };
    const burst = await flood(() => '203.0.113.9', DOOR_SECRET);
    expect(burst).toBeLessThan(5000);
    expect(await ask('203.0.113.10', DOOR_SECRET)).not.toBe(429);
    // Who guesses the proof is limited by the address that the gateway saw, whatever they call themselves.
    expect(await flood((i) => `192.0.2.${i % 250}`, 'guessed')).toBeLessThan(5000);
    expect(await ask('203.0.113.11', DOOR_SECRET)).not.toBe(429);
  });

  it('gives nobody back what they have used up when it is composed anew', async () => {
    // No time passes, in which anything would be given back rightly.
    const { clock } = stage.host;
    const host = { ...stage.host, clock: { ...clock, nowMs: () => 0, monotonicMs: () => 0 } };
    const headers = { 'x-aion-viewer': '203.0.113.77', 'x-aion-door': DOOR_SECRET };
    const ask = async (api: Awaited<ReturnType<typeof coldApi>>): Promise<number> =>
      (await api.request('/nothing', { headers })).status;
    const { api, limits } = await makeCloudApi(host, {} as never);
    let asked = 0;
    while (asked < 5000 && (await ask(api)) !== 429) asked++;
    expect(asked).toBeLessThan(5000);
    expect(await ask((await makeCloudApi(host, {} as never, limits)).api)).toBe(429);
    expect(await ask((await makeCloudApi(host, {} as never)).api)).toBe(404);
  });

  it('is not composed without the door’s digest', async () => {
    const { AION_DOOR_DIGEST: _, ...environment } = stage.host.environment;
    await expect(makeCloudApi({ ...stage.host, environment }, {} as never)).rejects.toThrow(/AION_DOOR_DIGEST/);
  });

  it('refuses an upload that a function’s call cannot carry', async () => {
    const body = 'x'.repeat(4 * 1024 * 1024 + 1);
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await call('/v1/admin/bhavcopy?name=big.csv', 'elite', { method: 'POST', headers, body });
    expect(response.status).toBe(413);
  });
});
