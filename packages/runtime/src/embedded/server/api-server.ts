import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve, type Http2Bindings, type HttpBindings, type ServerType } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { ensureEntitlement } from '@aion/accounts';
import { makeGoTrueRoutes } from '@aion/adapters/gotrue/routes';
import { makeTokenSigner } from '@aion/adapters/gotrue/tokens';
import { makeThrottle } from '@aion/adapters/gotrue/throttle';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { newSecret } from '@aion/adapters/plumbing/secret';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { createApi, makeRateLimits } from '@aion/api';
import { HSTS, misdirected, type DemoLogins } from '@aion/contracts';
import { errorFields } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import type { MarketTime } from '@aion/jobs';
import { makeApiDeps, type HostDeps } from '../../serving/api-deps.ts';
import { refusedAtTheDoor } from './door.ts';
import { lockHome } from './home-lock.ts';
import { keepKillTogether } from './kill-keeper.ts';
import { embeddedHealth, scheduleHeartbeat } from './embedded-health.ts';
import type { Heartbeat } from '@aion/jobs/health';
import { makeLakeWorker, type LakeWorker } from '../lake-process/lake-worker.ts';
import { receiveUpload } from './receive-upload.ts';
import { sweepUploads } from '../../serving/staged-upload.ts';
import { ensureDemoAccounts, mayHaveDemo } from '../accounts/demo-accounts.ts';
import { firstAdminSecret, makeFirstAdmin } from '../accounts/first-admin.ts';
import { hostsOf, isForThisMachineOnly, reachedAt } from './hosts.ts';
import { demoSecret, openDemo } from '../accounts/open-demo.ts';
import { toSourceDto } from '../../sources/describe-source.ts';
import { freePort, takenPort, wantedPort } from './ports.ts';
import { activeJobs } from '@aion/jobs/schedule';
import type { RunLauncher } from '../schedule/run-launcher.ts';
import { keepSiteUrl } from '../accounts/user-link.ts';
import { doorDigest, makeViewerAddress } from '../../serving/viewer-address.ts';

export interface RunningApi {
  /** Where this machine reaches it: at loopback when it listens at every address. */
  readonly url: string;
  readonly port: number;
  /** Where mail links lead; the site's address once it is known. */
  setSiteUrl(url: string): Promise<void>;
  readonly demo: DemoLogins | null;
  /** Secrets of the links that a start prints: each opens its page once. */
  readonly secrets: { readonly demo: string | null; readonly firstAdmin: string | null };
  /** What the site's process is told. */
  readonly siteEnvironment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const ISSUER = 'aion-embedded';

/** Composes and serves the API and the identity endpoint, on the port that was asked for or, where none was, near the built-in one. */
export async function serveApi(
  embedded: Embedded,
  launcher: RunLauncher,
  lake: LakeWorker = makeLakeWorker(embedded),
  heartbeat: Heartbeat = scheduleHeartbeat(embedded),
  played?: MarketTime,
): Promise<RunningApi> {
  const lock = lockHome(embedded.loaded.home);
  try {
    return await serveLocked(embedded, launcher, { lake, heartbeat, lock, played });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function serveLocked(
  embedded: Embedded,
  launcher: RunLauncher,
  {
    lake,
    heartbeat,
    lock,
    played,
  }: { lake: LakeWorker; heartbeat: Heartbeat; lock: { release(): void }; played: MarketTime | undefined },
): Promise<RunningApi> {
  const { config } = embedded.loaded;
  const users = makeUsers(embedded.items, embedded.clock);
  const tokens = await makeTokenSigner(embedded.secrets.signingKey, ISSUER, embedded.clock);
  const outbox = makeOutbox(embedded.items, embedded.clock, () => mayHaveDemo(embedded));
  const demo = await ensureDemoAccounts(embedded, users);
  const secrets = {
    demo: demo === null ? null : await demoSecret(embedded),
    firstAdmin: demo === null ? await firstAdminSecret(embedded, users) : null,
  };
  const hosts = hostsOf(config);
  const doorSecret = newSecret();
  const viewerAddress = makeViewerAddress(doorDigest(doorSecret), !isForThisMachineOnly(config));
  const addressOf = (c: Context): string =>
    viewerAddress((name) => c.req.header(name), (c.env as HttpBindings).incoming.socket.remoteAddress);
  let siteUrl = '';

  sweepUploads(embedded.loaded.home);
  const own: HostDeps = {
    verifyToken: (token) => tokens.verify(token),
    clientAddress: addressOf,
    sessionLives: ({ userId, sessionId }) => users.sessionLives(userId, sessionId),
    endSessions: ({ userId, sessionId }, scope) =>
      scope === 'local'
        ? users.endSession(userId, sessionId)
        : users.endSessions(userId, scope === 'others' ? sessionId : undefined),
    startRun: ({ kind, sessionDate, actor, retryOf }) =>
      launcher.start({
        kind,
        actor,
        ...(sessionDate === undefined ? {} : { sessionDate }),
        ...(retryOf === undefined ? {} : { runId: retryOf }),
      }),
    receiveUpload: (name, body, maxBytes) => receiveUpload(embedded, lake, name, body, maxBytes),
    reviewRow: (request) => lake.review(request),
    activeJobs: async () => activeJobs(await embedded.profile()),
    listSources: async () => {
      const { openSources } = await import('../sources/open-sources.ts');
      return (await openSources(embedded)).status().map(toSourceDto);
    },
    metricsText: () => embedded.telemetry.metricsText(),
    listOutbox: (page) => outbox.list(page),
    openDemo: ({ secret }) => openDemo(embedded, users, secret),
    makeFirstAdmin: (asked) => makeFirstAdmin(embedded, users, asked),
    healthChecks: embeddedHealth(embedded, heartbeat),
  };
  const deps = await makeApiDeps(embedded, own, played);

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use('*', secureHeaders({ ...API_HEADERS, strictTransportSecurity: config.siteUrl.startsWith('https:') && HSTS }));
  // Before the identity endpoint and the documentation too, and counted with what the API is asked.
  const limits = makeRateLimits(deps);
  app.use('*', limits.byAddress);
  app.route(
    '/auth/v1',
    makeGoTrueRoutes({
      users,
      tokens,
      clock: embedded.clock,
      onUserCreated: ({ id, email }) =>
        ensureEntitlement(embedded.items, {
          userId: id,
          email,
          tier: 'basic',
          role: 'member',
          source: 'signup',
          updatedMs: embedded.clock.nowMs(),
        }),
      throttle: makeThrottle(embedded.items, embedded.clock),
      addressOf,
      sendMail: (mail) => outbox.sendMail(mail),
      onLinkUsed: (id) => outbox.forgetLink(id),
      siteUrl: () => config.siteUrl.replace(/\/$/, '') || siteUrl,
      signUpOpen: config.signUpOpen,
    }),
  );
  addDocs(app);
  // Not as a route of `app`: the API answers what it does not know, and its failures, by itself.
  const api = createApi(deps, { limits, addressIsCounted: true });
  app.notFound((c) => api.fetch(c.req.raw, c.env));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status < 500) return error.getResponse();
    const correlationId = randomUUID();
    embedded.telemetry.log('error', 'request failed', {
      path: c.req.path,
      correlationId,
      ...errorFields(error),
    });
    const msg = 'the server could not answer; the operator finds the cause in the log under this id';
    return c.json({ code: 500, error_code: 'unexpected_failure', msg, error_id: correlationId }, 500, {
      'x-request-id': correlationId,
    });
  });

  const answer = (request: Request, env: HttpBindings | Http2Bindings): Response | Promise<Response> => {
    const { url: target = '', headers } = env.incoming;
    const arrived = { target, host: headers.host, headerNames: Object.keys(headers) };
    return (
      refusedAtTheDoor(request, misdirected(arrived, hosts, demo !== null), embedded.telemetry) ??
      app.fetch(request, env)
    );
  };

  const wanted = wantedPort(embedded.loaded, 'apiPort');
  const port = await freePort(wanted, config.host);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started: ServerType = serve({ fetch: answer, port, hostname: config.host }, () => resolve(started));
    // Taken between the look and this: by another start at the same moment.
    started.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? takenPort({ ...wanted, port }, config.host) : error),
    );
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${reachedAt(config.host)}:${bound}`;
  siteUrl = url;
  const keeper = keepKillTogether(embedded);
  return {
    url,
    port: bound,
    demo,
    secrets,
    siteEnvironment: {
      AION_DOOR_SECRET: doorSecret,
      AION_SITE_URL: config.siteUrl,
      AION_ALLOWED_HOSTS: hosts.names.join(','),
      AION_CLOSED_TO_PROXIES: String(demo !== null),
    },
    async setSiteUrl(next) {
      siteUrl = next;
      await keepSiteUrl(embedded, next);
    },
    close: () =>
      new Promise((resolve) => {
        keeper.stop();
        lock.release();
        lake.stop();
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** The documentation's page needs its own scripts and styles; nothing else that the API answers is a page. */
const API_HEADERS = {
  crossOriginResourcePolicy: 'same-origin',
  xFrameOptions: 'DENY',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The API's documentation, served from the installed package: no other host is asked for anything. */
function addDocs(app: Hono<{ Bindings: HttpBindings }>): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const types = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;
  for (const [file, type] of Object.entries(types)) {
    app.get(`/v1/docs/${file}`, (c) =>
      c.body(readFileSync(join(folder, file)), 200, { 'content-type': type, 'cache-control': 'public, max-age=86400' }),
    );
  }
  app.get('/v1/docs/start.js', (c) =>
    c.body("SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#docs', deepLinking: true });", 200, {
      'content-type': 'text/javascript',
    }),
  );
  app.get('/v1/docs', (c) =>
    c.html(
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Aion API</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/v1/docs/swagger-ui.css"></head><body><div id="docs"></div><script src="/v1/docs/swagger-ui-bundle.js"></script><script src="/v1/docs/start.js"></script></body></html>',
    ),
  );
}
