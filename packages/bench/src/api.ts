import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveEntitlement } from '@aion/accounts';
import { makeTokenSigner } from '@aion/adapters/gotrue/tokens';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { LatestSignals, type Tier } from '@aion/contracts';
import { composeEmbedded, loadConfig } from '@aion/runtime';
import { gunzipSync } from 'node:zlib';
import type { BenchResult } from './run.ts';

const cli = fileURLToPath(new URL('../../../functions/cli/src/aion.ts', import.meta.url));
const TOKENS = 5000;
const RATE_PER_S = 1000;
const WARM_UP_S = 5;
const MEASURED_S = 20;
const TIERS: readonly Tier[] = ['basic', 'pro', 'elite'];

interface Subscriber {
  readonly token: string;
  readonly tier: Tier;
}

/**
 * Open loop on /v1/signals/latest: requests are sent at their due times whether or not earlier ones were answered, and the
 * latency counts from the due time. 5,000 distinct tokens of mixed tiers; every body is compared with its tier's.
 */
export async function run(): Promise<BenchResult> {
  const home = mkdtempSync(join(tmpdir(), 'aion-bench-api-'));
  const environment = {
    ...process.env,
    AION_HOME: home,
    AION_API_PORT: '0',
    AION_LOG_LEVEL: 'warn',
    AION_SIMULATED_SYMBOLS: '600',
    // Five thousand subscribers from one address, as no address has them.
    AION_LIMITS: JSON.stringify({ address: { perSecond: 1e6, burst: 1e6 } }),
  };
  const { server, url } = await startServer(environment);
  try {
    const subscribers = await makeSubscribers(home);
    const expected = await expectedBodies(url, subscribers);
    await load(url, subscribers, expected, WARM_UP_S);
    const { latenciesMs, errors, firstError, lateMs } = await load(url, subscribers, expected, MEASURED_S);
    const sorted = Float64Array.from(latenciesMs).sort();
    const at = (share: number): number =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! * 100) / 100;
    const result = {
      requests: sorted.length,
      ratePerS: RATE_PER_S,
      tokens: TOKENS,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      p99Ms: at(0.99),
      maxMs: at(1),
      generatorLateP99Ms: Math.round(lateMs * 100) / 100,
      errors,
      goalP99Ms: 100,
      ...(firstError === undefined ? {} : { firstError }),
    };
    return { table: [result], result };
  } finally {
    server.kill('SIGINT');
    await new Promise((resolve) => server.once('close', resolve));
    rmSync(home, { recursive: true, force: true });
  }
}

function startServer(environment: NodeJS.ProcessEnv): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [cli, 'start', '--no-web'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  return new Promise((resolve, reject) => {
    const look = (bytes: Buffer): void => {
      output += bytes.toString();
      const found = /API {6}(http:\S+)\/v1/.exec(output);
      if (found !== null) resolve({ server, url: found[1]! });
    };
    server.stdout.on('data', look);
    server.stderr.on('data', look);
    server.once('close', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
}

/** Entitlements and access tokens of 5,000 subscribers, made through the product's own stores and signing key. */
async function makeSubscribers(home: string): Promise<Subscriber[]> {
  const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, process.cwd()));
  const signer = await makeTokenSigner(embedded.secrets.signingKey, 'aion-embedded', embedded.clock);
  const users = makeUsers(embedded.items, embedded.clock);
  const subscribers: Subscriber[] = [];
  for (let i = 0; i < TOKENS; i++) {
    const tier = TIERS[i % TIERS.length]!;
    const userId = `bench-${i}`;
    const email = `bench-${i}@example.test`;
    await saveEntitlement(embedded.items, { userId, email, tier, role: 'member', source: 'admin', updatedMs: 0 });
    const { sessionId } = await users.beginSession(userId);
    subscribers.push({ tier, token: (await signer.sign({ userId, email, sessionId })).token });
  }
  embedded.close();
  return subscribers;
}

/** The digest of each tier's body, taken once and checked against the contract and the tier. */
async function expectedBodies(url: string, subscribers: readonly Subscriber[]): Promise<Map<Tier, string>> {
  const expected = new Map<Tier, string>();
  const agent = new Agent();
  for (const tier of TIERS) {
    const { token } = subscribers.find((subscriber) => subscriber.tier === tier)!;
    const answer = await get(url, token, agent);
    const list = LatestSignals.parse(JSON.parse(gunzipSync(answer.body).toString()));
    const fits =
      list.tier === tier &&
      (tier === 'basic') === (list.signals.length === 5) &&
      list.signals.every((signal) => (signal.access === 'basic') === (tier === 'basic'));
    if (answer.status !== 200 || !fits) throw new Error(`the reference answer of ${tier} is wrong`);
    expected.set(tier, digest(answer.body));
  }
  return expected;
}

async function load(
  url: string,
  subscribers: readonly Subscriber[],
  expected: ReadonlyMap<Tier, string>,
  seconds: number,
) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const latenciesMs: number[] = [];
  const late: number[] = [];
  let errors = 0;
  let firstError: string | undefined;
  const pending: Promise<void>[] = [];
  const total = RATE_PER_S * seconds;
  const startMs = performance.now();
  const send = async (n: number): Promise<void> => {
    const dueMs = startMs + (n * 1000) / RATE_PER_S;
    late.push(performance.now() - dueMs);
    // A stride that is coprime with the number of tokens visits them all, tiers mixed.
    const { token, tier } = subscribers[(n * 1237) % subscribers.length]!;
    try {
      const { status, body } = await get(url, token, agent);
      if (status !== 200 || digest(body) !== expected.get(tier))
        throw new Error(`status ${status}, another body than ${tier}'s`);
      latenciesMs.push(performance.now() - dueMs);
    } catch (error) {
      errors++;
      firstError ??= String(error);
    }
  };
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * RATE_PER_S) / 1000) + 1);
    while (sent < due) pending.push(send(sent++));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  agent.destroy();
  late.sort((a, b) => a - b);
  return { latenciesMs, errors, firstError, lateMs: late[Math.floor(0.99 * late.length)]! };
}

function get(url: string, token: string, agent: Agent): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/v1/signals/latest`,
      { agent, headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

const digest = (body: Buffer): string => createHash('sha1').update(body).digest('hex');
