import { createServer, type IncomingMessage, type Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { capabilitiesOf, loadEntitlement, redeemOnce, type Entitlement, type SessionIdentity } from '@aion/accounts';
import { errorFields, AppError, errorMessage, isAppError, toIso } from '@aion/core';
import { loadLatest } from '@aion/pipeline';
import { z } from 'zod';
import type { Host } from '@aion/jobs';

const POLL_MS = 1000;
/** How long what was read of a session and its tier counts. */
const CHECKED_MS = 2000;
/** How often sessions of open connections are looked at. */
const RECHECK_MS = 5000;
/** A connection whose session could not be read for so long is closed: what cannot be checked does not stay. */
const UNCHECKED_MS = 30_000;
/** So many are read at once. */
const AT_ONCE = 50;
const PING_MS = 30_000;
const SIGN_IN_MS = 5000;
const KEPT_EVENTS = 500;
const MAX_MESSAGE_BYTES = 4096;
const MAX_CONNECTIONS = 10_000;
const MAX_WAITING_BYTES = 1024 * 1024;

const CLOSE_SIGN_IN = 4401;
const CLOSE_LATE = 4408;
/** The WebSocket protocol's own "try again later". */
const CLOSE_TRY_LATER = 1013;

const after = z.int().min(0).optional();
/**
 * The first message of a client: with a token, or with a ticket that a page got for it (`POST /v1/live/ticket`). It is not in the
 * address, which logs keep. `after` resumes behind an event.
 */
const Hello = z.union([
  z.strictObject({ type: z.literal('hello'), token: z.string().max(4000), after }),
  z.strictObject({ type: z.literal('hello'), ticket: z.string().min(20).max(200), after }),
]);
type Hello = z.infer<typeof Hello>;

/** What a ticket stands for. */
const Ticket = z.object({
  userId: z.string(),
  email: z.string(),
  sessionId: z.string(),
  issuedAtS: z.int(),
  expiresAtS: z.int(),
});

/** What changed. A subscriber then asks the API, which shapes what their tier may see: no signal travels here. */
type LiveEvent =
  | { readonly type: 'published'; readonly seq: number; readonly sessionDate: string; readonly revision: number }
  | { readonly type: 'refined'; readonly seq: number; readonly asOf: string };

interface Client {
  readonly socket: WebSocket;
  readonly session: SessionIdentity;
  /** By the clock that is never set back. */
  readonly untilMs: number;
  refines: boolean;
  checkedMs: number;
  alive: boolean;
}

/** How the host knows who somebody is, and whether they still are. */
export interface LiveSessions {
  readonly verifyToken: (token: string) => Promise<SessionIdentity>;
  readonly sessionLives: (session: SessionIdentity, entitlement: Entitlement) => Promise<boolean>;
}

export interface LiveServer {
  readonly server: Server;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The live server: `/healthz` for the load balancer and the WebSocket `/live`, which announces what was published and refined.
 * It reads the latest pointer once a second whatever the number of clients. A client that comes back names the last event it
 * has and gets what it missed, or `reset` when that is no longer kept. Refinements go to tiers that have them, judged anew at
 * least every two seconds; a client whose tier cannot be read then gets `reset` and asks the API. It is closed with 4401 when it
 * must sign in again (its token has expired, its session has ended), with 1013 when that cannot be checked just now. The site does not listen to it yet: it asks
 * the API.
 */
export async function serveLive(
  host: Host,
  sessions: LiveSessions,
  listen: { readonly host: string; readonly port: number; readonly pollMs?: number; readonly recheckMs?: number },
): Promise<LiveServer> {
  const clients = new Map<WebSocket, Client>();
  const kept: LiveEvent[] = [];
  // Begun at now: a client that connected before a restart names an event that this server does not keep, and is told so.
  let seq = host.clock.nowMs();
  let pollFailed = false;
  let lastPollMs = 0;

  const { clock } = host;
  const recheckMs = listen.recheckMs ?? RECHECK_MS;
  /** Reads session and tier. Throws AppError(unauthenticated) for a session that has ended, and for who has no entitlement. */
  const check = async (client: Client): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const entitlement = await loadEntitlement(host.items, client.session.userId);
    // Without an entitlement nobody can say whether the session lives; the API gives one to who is new.
    if (entitlement === undefined || !(await sessions.sessionLives(client.session, entitlement)))
      throw new AppError('unauthenticated', 'this session has ended');
    client.refines = capabilitiesOf(entitlement.tier, entitlement.role).hourlyRefinement;
    client.checkedMs = nowMs;
  };
  const refinesNow = async (client: Client): Promise<boolean> => {
    if (clock.monotonicMs() - client.checkedMs >= CHECKED_MS) await check(client);
    return client.refines;
  };
  const hasExpired = ({ session, untilMs }: Client): boolean =>
    clock.monotonicMs() >= untilMs || clock.nowMs() >= session.expiresAtS * 1000;
  /** Closes the connection of a client whose session is over, or could not be read for long. */
  const recheck = async (client: Client): Promise<void> => {
    if (hasExpired(client)) return client.socket.close(CLOSE_SIGN_IN, 'the token has expired; sign in again');
    if (clock.monotonicMs() - client.checkedMs < recheckMs) return;
    try {
      await check(client);
    } catch (error) {
      if (isAppError(error, 'unauthenticated'))
        return client.socket.close(CLOSE_SIGN_IN, 'the session has ended; sign in again');
      host.telemetry.log('warn', 'a session cannot be checked', { error: errorMessage(error) });
      if (clock.monotonicMs() - client.checkedMs >= Math.max(UNCHECKED_MS, recheckMs))
        client.socket.close(CLOSE_TRY_LATER, 'the session cannot be checked just now; try again later');
    }
  };
  const recheckAll = async (): Promise<void> => {
    const all = [...clients.values()];
    for (let from = 0; from < all.length; from += AT_ONCE)
      await Promise.all(all.slice(from, from + AT_ONCE).map(recheck));
  };
  const send = (client: Client, message: object): void => {
    // A client that does not read is let go; it comes back and resumes.
    if (client.socket.bufferedAmount > MAX_WAITING_BYTES) return client.socket.terminate();
    client.socket.send(JSON.stringify(message));
  };
  const deliver = async (client: Client, event: LiveEvent): Promise<void> => {
    try {
      if (event.type === 'refined' && !(await refinesNow(client))) return;
    } catch (error) {
      if (isAppError(error, 'unauthenticated'))
        return client.socket.close(CLOSE_SIGN_IN, 'the session has ended; sign in again');
      // One failed read takes nothing from the others, and this client does not miss the event for good: it asks the API.
      host.telemetry.log('warn', 'a tier cannot be read for a refinement', { error: errorMessage(error) });
      return send(client, { type: 'reset', seq: event.seq });
    }
    send(client, event);
  };
  const announce = async (event: LiveEvent): Promise<void> => {
    kept.push(event);
    if (kept.length > KEPT_EVENTS) kept.shift();
    await Promise.all([...clients.values()].map((client) => deliver(client, event)));
  };

  const first = await loadLatest(host.items, 'NSE');
  let published = first.pointer === undefined ? '' : `${first.pointer.snapshotId}#${first.pointer.turn}`;
  let refinedMs = first.readiness?.asOfMs ?? 0;
  const poll = async (): Promise<void> => {
    const { pointer, readiness } = await loadLatest(host.items, 'NSE');
    const name = pointer === undefined ? '' : `${pointer.snapshotId}#${pointer.turn}`;
    if (pointer !== undefined && name !== published) {
      published = name;
      const { sessionDate, revision } = pointer;
      await announce({ type: 'published', seq: ++seq, sessionDate, revision });
    }
    if (readiness !== undefined && readiness.asOfMs !== refinedMs) {
      refinedMs = readiness.asOfMs;
      await announce({ type: 'refined', seq: ++seq, asOf: toIso(readiness.asOfMs) });
    }
    lastPollMs = host.clock.nowMs();
  };
  let polling: Promise<void> | undefined;
  const pollTimer = setInterval(() => {
    polling ??= poll()
      .then(() => void (pollFailed = false))
      .catch((error: unknown) => {
        if (!pollFailed) host.telemetry.log('error', 'the latest pointer cannot be read', errorFields(error));
        pollFailed = true;
      })
      .finally(() => (polling = undefined));
  }, listen.pollMs ?? POLL_MS);

  let rechecking: Promise<void> | undefined;
  const recheckTimer = setInterval(
    () => {
      rechecking ??= recheckAll()
        .catch((error: unknown) => host.telemetry.log('error', 'sessions cannot be checked', errorFields(error)))
        .finally(() => (rechecking = undefined));
    },
    Math.min(recheckMs, 1000),
  );

  const sessionOf = async (hello: Hello): Promise<SessionIdentity> => {
    if ('token' in hello) return sessions.verifyToken(hello.token);
    const ticket = await redeemOnce(host.items, 'live-ticket', hello.ticket, Ticket);
    if (ticket === undefined) throw new AppError('unauthenticated', 'this ticket was used or is too old');
    return ticket;
  };
  const admit = async (socket: WebSocket, hello: Hello): Promise<void> => {
    const { after } = hello;
    const session = await sessionOf(hello);
    const untilMs = clock.monotonicMs() + session.expiresAtS * 1000 - clock.nowMs();
    const client: Client = { socket, session, untilMs, refines: false, checkedMs: 0, alive: true };
    await check(client);
    if (hasExpired(client)) throw new AppError('unauthenticated', 'the token has expired');
    // From here on without a pause: nothing may be announced between what is repeated and what comes next.
    if (socket.readyState === socket.OPEN) clients.set(socket, client);
    send(client, { type: 'hello', seq });
    if (after !== undefined && after !== seq) {
      const oldest = kept[0]?.seq ?? seq + 1;
      const missed = kept.filter((event) => event.seq > after && (event.type === 'published' || client.refines));
      if (after > seq || after < oldest - 1) send(client, { type: 'reset', seq });
      else for (const event of missed) send(client, event);
    }
  };

  const server = createServer((request, response) => {
    const healthy = !pollFailed;
    const found = request.url === '/healthz';
    response.writeHead(found ? (healthy ? 200 : 503) : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(found ? { status: healthy ? 'ok' : 'degraded', lastPollMs, clients: clients.size } : {}),
    );
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (request.url !== '/live' || sockets.clients.size >= MAX_CONNECTIONS) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const late = setTimeout(() => opened.close(CLOSE_LATE, 'say hello with a token first'), SIGN_IN_MS);
      opened.on('error', () => opened.terminate());
      opened.once('message', (data: Buffer) => {
        clearTimeout(late);
        const hello = parseHello(data.toString());
        if (hello === undefined)
          return opened.close(CLOSE_SIGN_IN, 'the first message must be a hello with a token or a ticket');
        admit(opened, hello).catch((error: unknown) => {
          if (isAppError(error, 'unauthenticated'))
            return opened.close(CLOSE_SIGN_IN, 'the token is not valid; sign in again');
          host.telemetry.log('warn', 'a sign-in cannot be checked', { error: errorMessage(error) });
          opened.close(CLOSE_TRY_LATER, 'the sign-in cannot be checked just now; try again later');
        });
      });
      opened.on('pong', () => {
        const client = clients.get(opened);
        if (client !== undefined) client.alive = true;
      });
      opened.on('close', () => {
        clearTimeout(late);
        clients.delete(opened);
      });
    });
  });
  const pingTimer = setInterval(() => {
    for (const client of clients.values()) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.socket.ping();
    }
  }, PING_MS);

  await new Promise<void>((resolve) => server.listen(listen.port, listen.host, resolve));
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : listen.port,
    async close() {
      clearInterval(pollTimer);
      clearInterval(pingTimer);
      clearInterval(recheckTimer);
      for (const socket of sockets.clients) socket.terminate();
      await Promise.allSettled([polling, rechecking]);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Undefined for what is no hello. */
function parseHello(text: string): Hello | undefined {
  try {
    return Hello.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
