import { makeUsers } from '@aion/adapters/gotrue/users';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { saveEntitlement } from '@aion/accounts';
import type { Role, Tier } from '@aion/contracts';
import { makeFrozenClock, queryAll, withOperatorErrors } from '@aion/core';
import {
  makeLakeWorker,
  serveApi,
  type LakeWorker,
  type Embedded,
  type RunLauncher,
  type RunningApi,
} from '@aion/runtime';
import { saveProfile } from '@aion/jobs';
import { type RunRequest } from '@aion/jobs/runs';
import { openHome } from './embedded-home.ts';

/** Far ahead, so that no client that reads the wall clock holds a token for expired. */
export const NOW_MS = Date.UTC(2035, 0, 1, 12);

/** Tests ask a lot within no time at all, by a clock that stands still. */
const UNLIMITED = JSON.stringify({
  address: { perSecond: 1e6, burst: 1_234_567 },
  caller: { perSecond: 1e6, burst: 1_234_567 },
  kill: { perSecond: 1e6, burst: 1_234_567 },
});

export interface ServedHome {
  readonly embedded: Embedded;
  readonly api: RunningApi;
  readonly clock: ReturnType<typeof makeFrozenClock>;
  close(): Promise<void>;
}

/** Takes every request for a run and starts none; `requests` is what it was asked for. */
export function fakeLauncher(): RunLauncher & { requests: RunRequest[] } {
  const requests: RunRequest[] = [];
  return {
    requests,
    async start(request) {
      requests.push(request);
      return { runId: `NSE-fake-${requests.length}`, alreadyRunning: false };
    },
    recover: async () => undefined,
    ended: async () => undefined,
    idle: async () => undefined,
    stop: () => undefined,
  };
}

/** Serves a home on any free port, all of its state on a clock that the test moves. */
export async function serveHome(
  home: string,
  options: {
    environment?: Record<string, string>;
    launcher?: RunLauncher;
    lake?: LakeWorker;
    simulated?: boolean;
  } = {},
): Promise<ServedHome> {
  const opened = openHome(home, { AION_API_PORT: '0', AION_LIMITS: UNLIMITED, ...options.environment });
  const clock = makeFrozenClock(NOW_MS);
  const items = withOperatorErrors(makeSqliteItemTable(opened.state, clock));
  const embedded: Embedded = { ...opened, clock, items, ingest: { ...opened.ingest, items, clock } };
  if (options.simulated === true) await saveProfile(items, { simulated: true, asOfMs: null });
  const api = await serveApi(embedded, options.launcher ?? fakeLauncher(), options.lake ?? makeLakeWorker(embedded));
  return {
    embedded,
    api,
    clock,
    async close() {
      await api.close();
      opened.close();
    },
  };
}

export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

const PASSWORD = 'a long password';

/** A new user with a tier and a role, signed in through the identity endpoint. */
export async function newMember(served: ServedHome, tier: Tier, role: Role = 'member'): Promise<Member> {
  const email = `${tier}-${role}-${Math.trunc(performance.now() * 1000)}@example.org`;
  const { id: userId } = await makeUsers(served.embedded.items, served.clock).create(email, PASSWORD);
  await setTier(served, { userId, email }, tier, role);
  const response = await fetch(`${served.api.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const session = (await response.json()) as { access_token: string; refresh_token: string };
  return { userId, email, token: session.access_token, refreshToken: session.refresh_token };
}

export async function setTier(
  served: ServedHome,
  member: Pick<Member, 'userId' | 'email'>,
  tier: Tier,
  role: Role = 'member',
): Promise<void> {
  const { userId, email } = member;
  await saveEntitlement(served.embedded.items, {
    userId,
    email,
    tier,
    role,
    source: 'admin',
    updatedMs: served.clock.nowMs(),
  });
}

/** What the site says of who asks: the API believes it. */
export const saidBySite = (served: ServedHome, address: string): Record<string, string> => ({
  'x-aion-viewer': address,
  'x-aion-door': served.api.siteEnvironment['AION_DOOR_SECRET']!,
});

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Where its link leads, while it is kept. */
  readonly link: URL | null;
}

/** What a mail service would have sent to an address, newest first. */
export async function mailsTo(served: ServedHome, to: string): Promise<Mail[]> {
  const { items } = served.embedded;
  const found = await queryAll(items, { table: 'ephemeral', pk: 'OUTBOX', descending: true });
  const own = found.filter(({ body }) => body['to'] === to);
  return Promise.all(
    own.map(async ({ body }) => {
      const kept = await items.get({ table: 'ephemeral', pk: 'OUTBOX#LINK', sk: String(body['linkId'] ?? '-') });
      const link = kept === undefined ? null : new URL(String(kept.body['url']));
      return { subject: String(body['subject']), text: String(body['text']), link };
    }),
  );
}
