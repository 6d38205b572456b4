import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveEntitlement } from '@aion/accounts';
import type { Embedded } from '@aion/runtime';
// @ts-expect-error: a script without types
import { bundleEntry } from '../../scripts/build-functions.mjs';
import { publishCanaries } from '../canary-run.ts';
import { newFolder, removeFolders } from '../embedded-home.ts';
import { openStage } from './stage-on-emulators.ts';

/** What an HTTP API of AWS hands to its function (payload format 2.0). */
const eventOf = (path: string, query: string, headers: Record<string, string>): object => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers: { host: 'api.example', ...headers },
  requestContext: {
    http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    domainName: 'api.example',
    requestId: 'gateway-1',
    stage: '$default',
  },
  isBase64Encoded: false,
});

interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

let stage: Awaited<ReturnType<typeof openStage>>;
let identity: Server;
let token: string;
let script: string;
afterAll(() => {
  stage.close();
  identity.close();
  removeFolders();
});

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }] });
  identity = createServer((_request, response) => response.end(keys));
  await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(identity.address() as { port: number }).port}`;
  token = await new SignJWT({ email: 'pro@example.org', session_id: 'session-pro' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setSubject('pro')
    .setAudience('authenticated')
    .setIssuer(`${url}/auth/v1`)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  stage = await openStage({ variables: { AION_SUPABASE_URL: url, AION_LOG_LEVEL: 'info' } });
  await publishCanaries(stage.host as unknown as Embedded, 60);
  const user = { userId: 'pro', email: 'pro@example.org', tier: 'pro', role: 'member', source: 'admin' } as const;
  await saveEntitlement(stage.host.items, { ...user, updatedMs: 0 });
  const outdir = newFolder('api-bundle');
  const file = join(import.meta.dirname, '../../functions/lambda/src/api.ts');
  const { outfile } = (await bundleEntry({ kind: 'functions', name: 'api', file, outdir })) as { outfile: string };
  script = join(outdir, 'call.mjs');
  writeFileSync(
    script,
    `const { handler } = await import(${JSON.stringify(pathToFileURL(outfile).href)});
     const events = JSON.parse(process.env.EVENTS);
     for (const [i, event] of events.entries()) {
       const answer = await handler(event, { awsRequestId: 'invocation-' + i });
       console.log('ANSWER ' + JSON.stringify(answer));
     }`,
  );
});

/** Calls the bundled function as Lambda does, in a process that is asynchronous to this one's identity server. */
async function invoke(events: readonly object[]): Promise<{ answers: Answer[]; log: string }> {
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...stage.variables,
      EVENTS: JSON.stringify(events),
      AWS_ACCESS_KEY_ID: 'emulator',
      AWS_SECRET_ACCESS_KEY: 'emulator',
      AWS_ENDPOINT_URL_DYNAMODB: process.env['AION_DYNAMODB_EMULATOR'],
      AWS_ENDPOINT_URL_S3: process.env['AION_MOTO'],
      _X_AMZN_TRACE_ID: 'Root=1-trace',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (bytes: Buffer) => (log += bytes.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  const answers = log.split('\n').filter((line) => line.startsWith('ANSWER '));
  return { answers: answers.map((line) => JSON.parse(line.slice('ANSWER '.length)) as Answer), log };
}

describe('the bundled API function', () => {
  it('answers the events of an HTTP API: lists, packed lists, unchanged lists, refusals', async () => {
    const authorization = `Bearer ${token}`;
    const list = '/v1/signals/latest';
    const first = await invoke([
      eventOf(list, 'limit=3', { authorization }),
      eventOf(list, 'limit=3', { authorization, 'accept-encoding': 'gzip' }),
      eventOf(list, '', {}),
      eventOf('/v1/health', '', {}),
      eventOf('/v1/nothing', '', { authorization }),
    ]);
    const [plain, packed, stranger, health, nothing] = first.answers;
    expect(first.answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 401, 503, 404]);
    const bodyOf = ({ body, isBase64Encoded }: Answer): Buffer =>
      Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    const signals = (JSON.parse(bodyOf(plain!).toString()) as { signals: unknown[] }).signals;
    expect(signals).toHaveLength(3);
    expect(packed).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(JSON.parse(gunzipSync(bodyOf(packed!)).toString())).toEqual(JSON.parse(bodyOf(plain!).toString()));
    expect(plain!.headers['x-request-id']).toBe('invocation-0');
    expect(JSON.parse(stranger!.body)).toMatchObject({ status: 401 });
    // The tables answer; this stage has never had the daily run that is due, and nobody has set its kill switch.
    const { status, checks } = JSON.parse(health!.body) as { status: string; checks: { name: string; ok: boolean }[] };
    expect([status, checks.filter(({ ok }) => !ok).map(({ name }) => name)]).toEqual(['degraded', ['kill', 'runs']]);
    expect(JSON.parse(nothing!.body)).toMatchObject({ status: 404 });
    const again = await invoke([eventOf(list, 'limit=3', { authorization, 'if-none-match': plain!.headers['etag']! })]);
    expect(again.answers[0]).toMatchObject({ statusCode: 304, body: '' });
    // Each metric line names the invocation and the trace, and no line holds the token.
    expect(first.log).toContain('"correlationId":"invocation-1"');
    expect(first.log).toContain('Root=1-trace');
    expect(first.log.replaceAll(/^ANSWER .*$/gm, '')).not.toContain(token.slice(0, 40));
  });
});
