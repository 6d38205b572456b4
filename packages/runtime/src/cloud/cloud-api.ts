import { randomUUID } from 'node:crypto';
import { createApi, makeRateLimits, type RateLimiters } from '@aion/api';
import { ensureEntitlement, loadEntitlement } from '@aion/accounts';
import type { CloudCalls } from '@aion/adapters/aws/calls';
import { ImportReport, RowReview } from '@aion/contracts';
import { AppError, sha256Hex } from '@aion/core';
import { SOURCES } from '@aion/market/sources';
import type { RunKind } from '@aion/pipeline';
import { killCheck, lakeCheck, runsCheck, scheduleBeatCheck, stateCheck, makeHealth } from '@aion/jobs/health';
import { makeApiDeps } from '../serving/api-deps.ts';
import { makeViewerAddress } from '../serving/viewer-address.ts';
import { stageInMemory } from '../serving/staged-upload.ts';
import { runOfLease, startRun, type RunRequest, type StartedRun } from '@aion/jobs/runs';
import type { Host } from '@aion/jobs';
import { CLOUD_JOBS } from './cloud-jobs.ts';
import { makeCloudSessions } from './cloud-sessions.ts';
import type { Cloud } from './compose-cloud.ts';

/** The largest file that a synchronous call carries: a function's request is at most 6 MB, in base64. */
const MAX_UPLOAD_BYTES = 4 * 1024 * 1024;

/** What the gateway tells of a request. */
interface GatewayBindings {
  readonly requestContext?: { readonly http?: { readonly sourceIp?: string } };
}

/** Each look costs a write and some reads, and anyone may ask. */
const HEALTH_MS = 10_000;

/**
 * The HTTP API on the AWS host. `kept`: the limits of a copy that was composed before, so that what callers have used up is not given
 * back to them whenever the API is composed anew.
 */
export async function makeCloudApi(
  cloud: Cloud,
  calls: CloudCalls,
  kept?: RateLimiters,
): Promise<{ readonly api: ReturnType<typeof createApi>; readonly limits: RateLimiters }> {
  const { environment } = cloud;
  const machines: Readonly<Record<RunKind, string>> = {
    daily: environment.AION_MACHINE_DAILY,
    hourly: environment.AION_MACHINE_HOURLY,
    'post-market': environment.AION_MACHINE_POST_MARKET,
  };
  const { AION_DOOR_DIGEST: digest } = environment;
  if (digest === undefined)
    throw new AppError(
      'bad_input',
      'AION_DOOR_DIGEST is missing: without it all who come through the site share the limits of one address. Deploy the stage whole with `npx sst deploy --stage NAME`',
    );
  const viewerAddress = makeViewerAddress(digest);
  const deps = await makeApiDeps(cloud, {
    // The gateway in front says whom it spoke with; nobody else can set it. Where that is the site, its edge says for whom.
    clientAddress: (c) =>
      viewerAddress(
        (name) => c.req.header(name),
        (c.env as GatewayBindings | undefined)?.requestContext?.http?.sourceIp,
      ),
    ...makeCloudSessions(cloud),
    // Accounts are made at the identity provider; whoever comes the first time has what a free account has.
    async admitUser({ userId, email }) {
      const { clock, items } = cloud;
      const first = {
        userId,
        email,
        tier: 'basic',
        role: 'member',
        source: 'signup',
        updatedMs: clock.nowMs(),
      } as const;
      await ensureEntitlement(items, first);
      return (await loadEntitlement(items, userId)) ?? first;
    },
    startRun: ({ retryOf, ...request }) =>
      startByMachine(cloud, calls, machines[request.kind], {
        ...request,
        ...(retryOf === undefined ? {} : { runId: retryOf }),
      }),
    async receiveUpload(name, body) {
      const bytes = await stageInMemory(body, MAX_UPLOAD_BYTES);
      return {
        bytes: bytes.length,
        sha256: sha256Hex(bytes),
        // The bucket lets uploads expire.
        discard: async () => undefined,
        async import({ replace, actor, stated }) {
          const { key } = await cloud.objects.put('uploads', bytes);
          return ImportReport.parse(
            await calls.invoke(environment.AION_IMPORT_FUNCTION, { key, name, replace, actor, stated }),
          );
        },
      };
    },
    reviewRow: async (review) => RowReview.parse(await calls.invoke(environment.AION_IMPORT_FUNCTION, { review })),
    activeJobs: async () => new Set(CLOUD_JOBS),
    listSources: async () =>
      SOURCES.map(({ name, title, kinds, exchanges, redistributable }) => ({
        name,
        on: false,
        what: `${title}: ${kinds.join(', ')} (${exchanges.join(', ')})`,
        state: 'off: no task of this host asks it yet; fetch and backfill on one machine, then import-state',
        mayBeShown: redistributable,
      })),
    metricsText: async () => '# The metrics of this host are in CloudWatch, in the namespace Aion.\n',
    openDemo: () => Promise.reject(new AppError('not_found', 'this is no demo')),
    makeFirstAdmin: () =>
      Promise.reject(new AppError('not_found', 'accounts of this host are made at its identity provider')),
    healthChecks: makeHealth(
      [
        stateCheck(cloud),
        killCheck(cloud),
        lakeCheck(cloud, { looks: false }),
        runsCheck(cloud, () => false),
        scheduleBeatCheck(cloud.items, cloud.clock),
      ],
      { clock: cloud.clock, telemetry: cloud.telemetry, every: cloud.every, keepMs: HEALTH_MS },
    ),
  });
  const limits = kept ?? makeRateLimits(deps);
  return { api: createApi(deps, { limits }), limits };
}

/** Starts a run's machine, or says which run is under way. */
export async function startByMachine(
  host: Host,
  calls: CloudCalls,
  machineArn: string,
  request: RunRequest,
): Promise<StartedRun> {
  return startRun(host, request, {
    underWay: (exchange, kind) => runOfLease(host, exchange, kind),
    async start({ id: runId, kind, exchange: market, sessionDate }, triggeredBy) {
      const input = { kind, market, triggeredBy, sessionDate, runId };
      await calls.startExecution(machineArn, `${runId}-${randomUUID().slice(0, 8)}`, input);
    },
  });
}
