import { TIERS } from '@aion/core';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LatestSignals, type Tier } from '@aion/contracts';
import { gunzipSync } from 'node:zlib';
import { makeSubscribers, startServer, type Subscriber } from './_served.ts';
import type { BenchResult } from './run.ts';

const TOKENS = 5000;
const RATE_PER_S = 1000;
const WARM_UP_S = 5;
const MEASURED_S = 20;

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
    const subscribers = await makeSubscribers(home, TOKENS);
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
