import { newSecret } from '@aion/adapters/plumbing/secret';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import type { ApiDeps } from '@aion/api';
import { loadCalendar } from '@aion/market';
import { type Host, marketTimeOf, type MarketTime } from '@aion/jobs';
import { listImports } from '@aion/jobs/imports';
import { lastBarDate } from '@aion/jobs/runs';
import { quarantinePage } from '@aion/api/admin';

export const VERSION = '0.1.0';

/** What is left to the host that serves the API: who calls, how runs and imports are started, what it can tell of itself. */
export type HostDeps = Pick<
  ApiDeps,
  | 'verifyToken'
  | 'clientAddress'
  | 'sessionLives'
  | 'endSessions'
  | 'admitUser'
  | 'startRun'
  | 'receiveUpload'
  | 'reviewRow'
  | 'activeJobs'
  | 'listSources'
  | 'metricsText'
  | 'openDemo'
  | 'makeFirstAdmin'
  | 'healthChecks'
> &
  Partial<Pick<ApiDeps, 'listOutbox'>>;

/**
 * The API's dependencies over a host, the same on one machine and on AWS.
 *
 * @param played the time of a market that this process plays; else it follows from the host's profile.
 */
export async function makeApiDeps(host: Host, own: HostDeps, played?: MarketTime): Promise<ApiDeps> {
  const profile = await host.profile();
  const time = played ?? marketTimeOf(profile, host.clock);
  const outbox = makeOutbox(host.items, host.clock);
  return {
    exchange: 'NSE',
    version: VERSION,
    mode: host.config.mode,
    simulated: profile.simulated,
    clockKind: () => time.kind(),
    items: host.items,
    objects: host.objects,
    clock: host.clock,
    marketClock: time.clock,
    calendar: loadCalendar('NSE'),
    telemetry: host.telemetry,
    limits: host.config.limits,
    kill: host.kill,
    listQuarantine: (page) => quarantinePage(host, page),
    listImports: () => listImports(host.items, host.clock, host.owner.isGone),
    listOutbox: (page) => outbox.list(page),
    lastBarDate: () => lastBarDate(host, 'NSE'),
    newSecret,
    ...own,
  };
}
