import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ensureEntitlement } from '@aion/accounts';
import { makeGoTrueRoutes } from '@aion/adapters/gotrue/routes';
import { makeTokenSigner } from '@aion/adapters/gotrue/tokens';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { createApi } from '@aion/api';
import { errorMessage } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import { makeApiDeps } from './api-deps.ts';
import { ensureDemoAccounts } from './demo-accounts.ts';
import { lockHome } from './home-lock.ts';
import { keepKillTogether } from './kill-keeper.ts';
import { embeddedHealth, scheduleHeartbeat } from './embedded-health.ts';
import type { Heartbeat } from '../health/checks.ts';
import { makeLakeWorker, type LakeWorker } from './lake-worker.ts';
import { receiveUpload } from './receive-upload.ts';
import { sweepUploads } from './staged-upload.ts';
import { toSourceDto } from '../sources/describe-source.ts';
import { freePort, takenPort, wantedPort } from './ports.ts';
import type { RunLauncher } from './run-launcher.ts';

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  /** Where mail links lead; the site's address once it is known. */
  setSiteUrl(url: string): void;
  readonly demo: Awaited<ReturnType<typeof ensureDemoAccounts>>;
  close(): Promise<void>;
}

const ISSUER = 'aion-embedded';

/** Composes and serves the API and the identity endpoint, on the port that was asked for or, where none was, near the built-in one. */
export async function serveApi(
  embedded: Embedded,
  launcher: RunLauncher,
  lake: LakeWorker = makeLakeWorker(embedded),
  heartbeat: Heartbeat = scheduleHeartbeat(embedded),
): Promise<RunningApi> {
  const lock = lockHome(embedded.loaded.home);
  try {
    return await serveLocked(embedded, launcher, { lake, heartbeat, lock });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function serveLocked(
  embedded: Embedded,
  launcher: RunLauncher,
  { lake, heartbeat, lock }: { lake: LakeWorker; heartbeat: Heartbeat; lock: { release(): void } },
): Promise<RunningApi> {
  const { config } = embedded.loaded;
  const users = makeUsers(embedded.items, embedded.clock);
  const tokens = await makeTokenSigner(embedded.secrets.signingKey, ISSUER, () =>
    Math.floor(embedded.clock.nowMs() / 1000),
  );
  const outbox = makeOutbox(embedded.items, embedded.clock);
  const demo = await ensureDemoAccounts(embedded, users);
  let siteUrl = '';

  sweepUploads(embedded.loaded.home);
  const deps = await makeApiDeps(embedded, {
    verifyToken: (token) => tokens.verify(token),
    startRun: ({ kind, sessionDate, triggeredBy, retryOf }) =>
      launcher.start({
        kind,
        triggeredBy,
        ...(sessionDate === undefined ? {} : { sessionDate }),
        ...(retryOf === undefined ? {} : { runId: retryOf }),
      }),
    receiveUpload: (name, body, maxBytes) => receiveUpload(embedded, lake, name, body, maxBytes),
    reviewRow: (request) => lake.review(request),
    listSources: async () => {
      const { openSources } = await import('../sources/open-sources.ts');
      return (await openSources(embedded)).status().map(toSourceDto);
    },
    metricsText: () => embedded.telemetry.metricsText(),
    demoLogins: async () => demo,
    healthChecks: embeddedHealth(embedded, heartbeat),
  });

  const app = new Hono();
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
      sendMail: (mail) => outbox.sendMail(mail),
      siteUrl: () => siteUrl,
      signUpOpen: config.signUpOpen,
    }),
  );
  addDocs(app);
  // Not as a route of `app`: the API answers what it does not know, and its failures, by itself.
  const api = createApi(deps);
  app.notFound((c) => api.fetch(c.req.raw, c.env));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status < 500) return error.getResponse();
    const correlationId = randomUUID();
    const { stack } = error;
    embedded.telemetry.log('error', 'request failed', {
      path: c.req.path,
      correlationId,
      error: errorMessage(error),
      stack,
    });
    const msg = 'the server could not answer; the operator finds the cause in the log under this id';
    return c.json({ code: 500, error_code: 'unexpected_failure', msg, error_id: correlationId }, 500, {
      'x-request-id': correlationId,
    });
  });

  const wanted = wantedPort(embedded.loaded, 'apiPort');
  const port = await freePort(wanted, config.host);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started: ServerType = serve({ fetch: app.fetch, port, hostname: config.host }, () => resolve(started));
    // Taken between the look and this: by another start at the same moment.
    started.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? takenPort({ ...wanted, port }, config.host) : error),
    );
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${config.host}:${bound}`;
  siteUrl = url;
  const keeper = keepKillTogether(embedded);
  return {
    url,
    port: bound,
    demo,
    setSiteUrl: (next) => void (siteUrl = next),
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

/** The API's documentation, served from the installed package: no other host is asked for anything. */
function addDocs(app: Hono): void {
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
