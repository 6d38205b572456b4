import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { saveEntitlement } from '@aion/accounts';
import type { Role, Tier } from '@aion/contracts';
import { makeFrozenClock, withOperatorErrors } from '@aion/core';
import {
  makeLakeWorker,
  serveApi,
  type LakeWorker,
  type Embedded,
  type RunLauncher,
  type RunningApi,
  type RunRequest,
} from '@aion/runtime';
import { openHome } from './embedded-home.ts';

/** Far ahead, so that no client that reads the wall clock holds a token for expired. */
export const NOW_MS = Date.UTC(2035, 0, 1, 12);

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
    idle: async () => undefined,
    stop: () => undefined,
  };
}

/** Serves a home on any free port, all of its state on a clock that the test moves. */
export async function serveHome(
  home: string,
  options: { environment?: Record<string, string>; launcher?: RunLauncher; lake?: LakeWorker } = {},
): Promise<ServedHome> {
  const opened = openHome(home, { AION_API_PORT: '0', ...options.environment });
  const clock = makeFrozenClock(NOW_MS);
  const items = withOperatorErrors(makeSqliteItemTable(opened.state, clock));
  const embedded: Embedded = { ...opened, clock, items, ingest: { ...opened.ingest, items, clock } };
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
}

/** Signs a new user up through the identity endpoint and gives them a tier and a role. */
export async function newMember(served: ServedHome, tier: Tier, role: Role = 'member'): Promise<Member> {
  const email = `${tier}-${role}-${Math.trunc(performance.now() * 1000)}@example.org`;
  const response = await fetch(`${served.api.url}/auth/v1/signup`, {
    method: 'POST',
    body: JSON.stringify({ email, password: 'a long password' }),
  });
  const session = (await response.json()) as { access_token: string; user: { id: string } };
  const userId = session.user.id;
  await setTier(served, { userId, email }, tier, role);
  return { userId, email, token: session.access_token };
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
