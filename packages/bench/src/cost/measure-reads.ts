import { gzipSync } from 'node:zlib';
import { entitlementItem, saveEntitlement } from '@aion/accounts';
import { makeEmfTelemetry } from '@aion/adapters/aws/emf-telemetry';
import { makeSigningKey, makeTokenSigner } from '@aion/adapters/gotrue/tokens';
import { createApi } from '@aion/api';
import { LatestSignals } from '@aion/contracts';
import { AppError } from '@aion/core';
import type { Host } from '@aion/jobs';
import { makeApiDeps } from '@aion/runtime/serving/api-deps';
import { latestKey, loadPointer } from '@aion/pipeline';
import { itemBytes } from './dynamodb-units.ts';
import { CALLS, type CallName, type MeasuredCall, type MeasuredRead } from './measured.ts';
import { meterItems, meterObjects, noDemand, type Demand } from './meters.ts';
import { PAGE_CALLS } from './subscriber-day.ts';
import { meterTelemetry } from './telemetry-meter.ts';

const REPEATS = 200;
const PLENTY = { perSecond: 1e6, burst: 1e6 };
const UNLIMITED = { address: PLENTY, caller: PLENTY, kill: PLENTY };
const MEMBER = {
  userId: '00000000-0000-4000-8000-000000000000',
  email: 'a.subscriber@example.org',
  tier: 'pro',
  role: 'member',
  source: 'billing',
  updatedMs: 1_770_000_000_000,
} as const;

/** What each call of the API asks for, on a home whose daily run has been published. */
export async function measureReads(host: Host): Promise<MeasuredRead> {
  await saveEntitlement(host.items, MEMBER);
  const tokens = await makeTokenSigner(makeSigningKey(), 'bench', host.clock);
  const { token } = await tokens.sign({ ...MEMBER, sessionId: 'bench' });
  let lines = '';
  const meter = meterTelemetry((write) =>
    makeEmfTelemetry({
      clock: host.clock,
      write: (line) => {
        lines += line;
        write(line);
      },
      dimensions: { deployment: 'prod' },
      fields: {
        correlationId: MEMBER.userId,
        traceId: 'Root=1-00000000-000000000000000000000000;Sampled=1',
      },
    }),
  );
  /** A copy of the API as a function that was just started has it: nothing cached. */
  const freshApi = async (demand: Demand) => {
    const items = meterItems(host.items, demand);
    const objects = meterObjects(host.objects, demand);
    const metered: Host = {
      ...host,
      items,
      objects,
      ingest: { ...host.ingest, items, objects },
      telemetry: meter.telemetry,
    };
    const deps = await makeApiDeps(metered, {
      verifyToken: (text) => tokens.verify(text),
      sessionLives: async () => true,
      endSessions: async () => undefined,
      startRun: () => Promise.reject(new AppError('unavailable', 'the bench starts no run')),
      receiveUpload: () => Promise.reject(new AppError('unavailable', 'the bench imports nothing')),
      reviewRow: () => Promise.reject(new AppError('unavailable', 'nothing is reviewed here')),
      activeJobs: async () => new Set<never>(),
      listSources: async () => [],
      metricsText: async () => '',
      openDemo: () => Promise.reject(new AppError('not_found', 'no demo')),
      makeFirstAdmin: () => Promise.reject(new AppError('not_found', 'no first admin')),
      healthChecks: async () => [],
    });
    // One member asks more often here than one may.
    const api = createApi({ ...deps, limits: UNLIMITED });
    // What composing reads (the market's profile) is paid once per start of a function, not per call.
    Object.assign(demand, noDemand());
    return async (path: string): Promise<Buffer> => {
      const response = await api.request(path, {
        headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' },
      });
      if (response.status !== 200)
        throw new AppError('corrupt', `${path} answered ${response.status}: ${await response.text()}`);
      const body = Buffer.from(await response.arrayBuffer());
      return response.headers.get('content-encoding') === 'gzip' ? body : gzipSync(body);
    };
  };

  const { snapshots } = (await loadPointer(host.items, 'NSE'))!;
  const list = LatestSignals.parse(JSON.parse(new TextDecoder().decode(await host.objects.get(snapshots.pro))));
  const id = list.signals[0]?.id;
  if (id === undefined) throw new AppError('missing_data', 'the daily run published no signal: take more symbols');
  const pathOf = (name: CallName): string => CALLS[name].replace('{id}', id);

  const measure = async (name: CallName): Promise<MeasuredCall> => {
    const alone = noDemand();
    const gzipBytes = (await (await freshApi(alone))(pathOf(name))).length;
    const again = noDemand();
    const get = await freshApi(again);
    await get(pathOf(name));
    Object.assign(again, noDemand());
    await get(pathOf(name));
    const kept = { ...again };
    lines = '';
    const before = process.cpuUsage();
    for (let i = 0; i < REPEATS; i++) await get(pathOf(name));
    const { user, system } = process.cpuUsage(before);
    return {
      alone,
      again: kept,
      cpuMs: (user + system) / 1000 / REPEATS,
      gzipBytes,
      logBytes: Math.round(Buffer.byteLength(lines) / REPEATS),
    };
  };
  const calls: Partial<Record<CallName, MeasuredCall>> = {};
  for (const name of Object.keys(CALLS) as CallName[]) calls[name] = await measure(name);

  const together = async (names: readonly CallName[]): Promise<number> => {
    const demand = noDemand();
    const get = await freshApi(demand);
    for (const name of names) await get(pathOf(name));
    return demand.readUnits;
  };
  const stored = async (key: Parameters<Host['items']['get']>[0]): Promise<number> => {
    const item = await host.items.get(key);
    return item === undefined ? 0 : itemBytes(item);
  };
  return {
    calls: calls as Record<CallName, MeasuredCall>,
    cachedUnits: {
      listPage: await together([...PAGE_CALLS, 'latest']),
      detailPage: await together([...PAGE_CALLS, 'detail']),
      statePoll: await together(['market']),
    },
    metrics: meter.metrics(),
    itemBytes: {
      pointer: await stored(latestKey('NSE', 'POINTER')),
      readiness: await stored(latestKey('NSE', 'READINESS')),
      entitlement: itemBytes(entitlementItem(MEMBER)),
      lakeManifest: await stored({ table: 'product', pk: 'LAKE#NSE', sk: 'MANIFEST#daily' }),
      newestRun: (
        await host.items.query({ table: 'product', index: 'gsi1', pk: 'RUNS#NSE', descending: true }, { limit: 1 })
      ).items.reduce((sum, item) => sum + itemBytes(item), 0),
    },
  };
}
