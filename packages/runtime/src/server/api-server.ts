import { readFileSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
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
import { importFiles } from '@aion/market';
import type { Embedded } from '../compose-embedded.ts';
import { makeApiDeps } from './api-deps.ts';
import { ensureDemoAccounts } from './demo-accounts.ts';
import { lockHome } from './home-lock.ts';
import { keepKillTogether } from './kill-keeper.ts';
import { toImportDto, UPLOAD_CAPS } from './import-report-dto.ts';
import { reviewRow } from './review-row.ts';
import { toSourceDto } from '../sources/describe-source.ts';
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

/** Composes and serves the API and the identity endpoint on the wanted port, or on the next free one. */
export async function serveApi(embedded: Embedded, launcher: RunLauncher): Promise<RunningApi> {
  const { config, home } = embedded.loaded;
  const lock = lockHome(home);
  const keeper = keepKillTogether(embedded);
  const users = makeUsers(embedded.items, embedded.clock);
  const tokens = await makeTokenSigner(embedded.secrets.signingKey, ISSUER, () =>
    Math.floor(embedded.clock.nowMs() / 1000),
  );
  const outbox = makeOutbox(embedded.items, embedded.clock);
  const demo = await ensureDemoAccounts(embedded, users);
  let siteUrl = '';

  // One after the other: each commits a new manifest of the lake, and several would take turns in failing.
  let lastWrite: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = lastWrite.then(work);
    lastWrite = done.catch((error: unknown) => error);
    return done;
  };
  const deps = await makeApiDeps(embedded, {
    verifyToken: (token) => tokens.verify(token),
    startRun: ({ kind, sessionDate, triggeredBy, retryOf }) =>
      launcher.start({
        kind,
        triggeredBy,
        ...(sessionDate === undefined ? {} : { sessionDate }),
        ...(retryOf === undefined ? {} : { runId: retryOf }),
      }),
    importUpload: (name, bytes, { replace }) =>
      inTurn(() =>
        importFiles(embedded.ingest, [{ name, read: async () => bytes }], { caps: UPLOAD_CAPS, replace }),
      ).then(toImportDto),
    reviewRow: (request) => inTurn(() => reviewRow(embedded.ingest, request)),
    listSources: async () => {
      const { openSources } = await import('../sources/open-sources.ts');
      return (await openSources(embedded)).status().map(toSourceDto);
    },
    metricsText: () => embedded.telemetry.metricsText(),
    demoLogins: async () => demo,
    healthChecks: async () => {
      const row = embedded.state.db.prepare('SELECT 1 AS one').get();
      return [{ name: 'state', ok: row?.['one'] === 1, detail: 'the state file answers' }];
    },
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
    embedded.telemetry.log('error', 'request failed', { path: c.req.path, error: errorMessage(error) });
    return c.json({ code: 500, error_code: 'unexpected_failure', msg: 'the server could not answer' }, 500);
  });

  const port = await freePort(config.apiPort, config.host);
  const server = await new Promise<ServerType>((resolve) => {
    const started: ServerType = serve({ fetch: app.fetch, port, hostname: config.host }, () => resolve(started));
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${config.host}:${bound}`;
  siteUrl = url;
  return {
    url,
    port: bound,
    demo,
    setSiteUrl: (next) => void (siteUrl = next),
    close: () =>
      new Promise((resolve) => {
        keeper.stop();
        lock.release();
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

/** The wanted port if nothing listens there, otherwise one of the next twenty. 0 asks the system for any. */
export async function freePort(wanted: number, host: string): Promise<number> {
  if (wanted === 0) return 0;
  for (let port = wanted; port < wanted + 20; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createNetServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, host, () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error(
    `no port from ${wanted} to ${wanted + 19} is free on ${host}; set another with AION_API_PORT or AION_WEB_PORT`,
  );
}
