import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { unpackArchive } from '@aion/adapters/archive/unpack';
import type { AlpacaOptions } from '@aion/adapters/market-data/alpaca/api';
import { makeAlpaca } from '@aion/adapters/market-data/alpaca/client';
import { makeAlphaVantage } from '@aion/adapters/market-data/alphavantage/client';
import { makeKiteHistory } from '@aion/adapters/market-data/kite/client';
import { makeNseArchives } from '@aion/adapters/market-data/nse/bhavcopy';
import { makePolygon } from '@aion/adapters/market-data/polygon/client';
import type { RecordSource } from '@aion/market/records';
import { makeAlpacaNews } from '@aion/adapters/market-data/alpaca/news';
import { makeAlphaVantageFundamentals } from '@aion/adapters/market-data/alphavantage/fundamentals';
import { makeBenzinga } from '@aion/adapters/market-data/benzinga/client';
import { makeFred } from '@aion/adapters/market-data/fred/client';
import { makeNseFlags } from '@aion/adapters/market-data/nse/flags';
import { makeNseRecords } from '@aion/adapters/market-data/nse/records';
import { makePolygonNews } from '@aion/adapters/market-data/polygon/news';
import { makeReddit } from '@aion/adapters/market-data/reddit/client';
import { makeRss } from '@aion/adapters/market-data/rss/client';
import { makeSec } from '@aion/adapters/market-data/sec/client';
import { makeX } from '@aion/adapters/market-data/x/client';
import { makeYahooFundamentals } from '@aion/adapters/market-data/yahoo/fundamentals';
import { makeYahooBars } from '@aion/adapters/market-data/yahoo/client';
import { makeDailyQuota } from '@aion/adapters/plumbing/daily-quota';
import { allOf, makeLocalLimiter } from '@aion/adapters/plumbing/limiter';
import { makeSharedBucket } from '@aion/adapters/plumbing/shared-bucket';
import { makeSourceHttp, type SourceHttpOptions } from '@aion/adapters/plumbing/source-http';
import type { SourceHttp } from '@aion/adapters/plumbing/source-request';
import { AppError, type Clock, type ItemTable, makeRng, type Telemetry } from '@aion/core';
import {
  type ActionSource,
  type BarSource,
  type Credentials,
  SOURCE_NAMES,
  SOURCES,
  type SourceCapability,
  type SourceKind,
  type SourceName,
  sourceNamed,
  type SourcePolicy,
  type SourceStanding,
  standingOf,
} from '@aion/market/sources';
import type { Sources } from '@aion/jobs/sources';
import { loadHealth, resumeBreaker, saveHealth, type SourceHealth } from './source-health.ts';

export interface SourcePorts {
  readonly items: ItemTable;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly policy: SourcePolicy;
  readonly keys: Credentials;
}

/** For tests: where a source is asked in place of its own address, and how patiently. */
export interface SourceOverrides {
  readonly urls?: Readonly<Partial<Record<SourceName, string>>>;
  readonly http?: Partial<SourceHttpOptions>;
}

export interface SourceStatus extends Omit<SourceCapability, 'needs'>, SourceStanding {
  readonly needs: readonly string[];
  readonly health: SourceHealth;
}

/** The sources of one process, as the host composes them. */
export interface ComposedSources extends Sources {
  status(): readonly SourceStatus[];
  /** Throws AppError(missing_data) with the reason when the source is off. */
  http(name: SourceName): SourceHttp;
  url(name: SourceName): string | undefined;
}

/**
 * Composes the sources that have their keys and are not turned off, each with its limits, its breaker as it stood in the last process, and
 * its health. Asking one that is off throws AppError(missing_data) that says why and what its absence costs.
 */
export async function composeSources(ports: SourcePorts, overrides: SourceOverrides = {}): Promise<ComposedSources> {
  const { items, clock, keys, policy } = ports;
  const secrets = Object.entries(keys).flatMap(([name, value]) =>
    value === undefined || name === 'SEC_CONTACT' ? [] : [value],
  );
  const stored = new Map(
    await Promise.all(SOURCE_NAMES.map(async (name) => [name, await loadHealth(items, name, clock.nowMs())] as const)),
  );
  const https = new Map<SourceName, SourceHttp>();
  const faults = new Map<SourceName, string>();

  function http(name: SourceName): SourceHttp {
    const known = https.get(name);
    if (known !== undefined) return known;
    const { why } = standing(name);
    if (why !== null) {
      const { title, costOfAbsence } = sourceNamed(name);
      throw new AppError('missing_data', `${title} is off: ${why}. Without it: ${costOfAbsence}`, {
        context: { source: name },
      });
    }
    const { limit: rate, requestsPerDay: published } = sourceNamed(name);
    const planned = policy.requestsPerDay[name];
    const requestsPerDay = planned === undefined ? published : (planned ?? undefined);
    const rng = makeRng(randomUUID());
    const sleep = (ms: number, signal: AbortSignal): Promise<unknown> => pause(ms, undefined, { signal });
    const shared = makeSharedBucket({ items, clock, rng, name, rate, sleep });
    // First: what may not go out today need not wait for its turn.
    const quota = requestsPerDay === undefined ? [] : [makeDailyQuota({ items, clock, name, requestsPerDay })];
    const made = makeSourceHttp({
      source: name,
      clock,
      rng,
      rate,
      limiter: allOf([...quota, makeLocalLimiter(rate), shared]),
      breaker: resumeBreaker(stored.get(name)!),
      secrets,
      telemetry: {
        ...ports.telemetry,
        count(metric, by, labels) {
          // That it is left alone is a consequence; kept is what it did.
          if (metric === 'source_failures' && labels?.['fault'] !== 'breaker_open')
            faults.set(name, labels?.['fault'] ?? 'unknown');
          ports.telemetry.count(metric, by, labels);
        },
      },
      ...overrides.http,
    });
    https.set(name, made);
    return made;
  }

  function standing(name: SourceName): SourceStanding {
    const found = standingOf(sourceNamed(name), keys, policy.disabled);
    if (!found.on || name !== 'rss' || policy.feeds.length > 0) return found;
    return { on: false, why: 'no feed is named in sources.feeds of the configuration' };
  }
  const url = (name: SourceName): string | undefined => overrides.urls?.[name];
  const key = (name: string): string => keys[name]!;
  const alpacaOptions = (at: string | undefined): AlpacaOptions => ({
    keyId: key('ALPACA_API_KEY_ID'),
    secret: key('ALPACA_API_SECRET'),
    ...(at === undefined ? {} : { dataUrl: at, tradingUrl: at }),
  });
  const made = new Map<SourceName, BarSource & Partial<ActionSource>>();

  function makeBars(name: SourceName): BarSource & Partial<ActionSource> {
    const client = http(name);
    const at = url(name);
    switch (name) {
      case 'yahoo':
        return makeYahooBars(client, at);
      case 'alphavantage':
        return makeAlphaVantage(client, key('ALPHA_VANTAGE_API_KEY'), at);
      case 'kite':
        return makeKiteHistory(client, { apiKey: key('KITE_API_KEY'), accessToken: key('KITE_ACCESS_TOKEN') }, at);
      case 'alpaca':
        return makeAlpaca(client, alpacaOptions(at));
      case 'polygon':
        return makePolygon(client, key('POLYGON_API_KEY'), at);
      default:
        throw noClient(name, ['daily_bars', 'intraday_bars'], 'bars of single instruments');
    }
  }
  function bars(name: SourceName): BarSource & Partial<ActionSource> {
    const known = made.get(name) ?? makeBars(name);
    made.set(name, known);
    return known;
  }

  const kept = new Map<SourceName, RecordSource>();
  function makeRecords(name: SourceName): RecordSource {
    const client = http(name);
    const at = url(name);
    switch (name) {
      case 'nse':
        return makeNseRecords(client, at);
      case 'alphavantage':
        return makeAlphaVantageFundamentals(client, key('ALPHA_VANTAGE_API_KEY'), at);
      case 'yahoo':
        return makeYahooFundamentals(client, at, at);
      case 'alpaca':
        return makeAlpacaNews(client, alpacaOptions(at));
      case 'polygon':
        return makePolygonNews(client, key('POLYGON_API_KEY'), at);
      case 'benzinga':
        return makeBenzinga(client, key('BENZINGA_API_KEY'), at);
      case 'fred':
        return makeFred(client, key('FRED_API_KEY'), at);
      case 'rss':
        return makeRss(client, policy.feeds);
      case 'reddit':
        return makeReddit(client, {
          clientId: key('REDDIT_CLIENT_ID'),
          clientSecret: key('REDDIT_CLIENT_SECRET'),
          subreddits: policy.subreddits,
          ...(at === undefined ? {} : { authUrl: at, apiUrl: at }),
        });
      case 'x':
        return makeX(client, key('X_BEARER_TOKEN'), at);
      case 'sec':
        return makeSec(client, {
          contact: key('SEC_CONTACT'),
          ...(at === undefined ? {} : { wwwUrl: at, dataUrl: at }),
        });
      default:
        throw noClient(name, RECORD_KINDS, 'records');
    }
  }

  return {
    standing,
    url,
    http,
    bars,
    records(name) {
      const known = kept.get(name) ?? makeRecords(name);
      kept.set(name, known);
      return known;
    },
    flags: () => makeNseFlags(http('nse'), url('nse'), url('nse')),
    actions(name) {
      const source = bars(name);
      if (source.actions === undefined)
        throw new AppError('bad_input', `${name} has no corporate actions; ask another source`);
      return source as ActionSource;
    },
    marketFiles() {
      const at = url('nse');
      return makeNseArchives(http('nse'), {
        unpack: unpackArchive,
        ...(at === undefined ? {} : { homeUrl: at, archiveUrl: at }),
      });
    },
    status: () =>
      SOURCES.map((source) => {
        const breaker = https.get(source.name)?.breaker;
        const before = stored.get(source.name)!;
        const { state, failures, lastFault, atMs } =
          breaker === undefined
            ? before
            : {
                state: breaker.state(),
                failures: breaker.failures(),
                lastFault: faults.get(source.name) ?? before.lastFault,
                atMs: clock.nowMs(),
              };
        return { ...source, ...standing(source.name), health: { state, failures, lastFault, atMs } };
      }),
    async save() {
      for (const [name, { breaker }] of https) {
        await saveHealth(items, name, breaker, faults.get(name) ?? stored.get(name)!.lastFault, clock.nowMs());
      }
    },
  };
}

const RECORD_KINDS: readonly SourceKind[] = [
  'news',
  'ratings',
  'economics',
  'social',
  'fundamentals',
  'macro',
  'insider',
  'options',
];

/** Whoever asks is told that the source has no such thing; where the table of sources promises it, the program lacks a client. */
function noClient(name: SourceName, kinds: readonly SourceKind[], what: string): Error {
  const promised = sourceNamed(name).kinds.filter((kind) => kinds.includes(kind));
  return promised.length === 0
    ? new AppError('bad_input', `${name} has no ${what}; ask another source`)
    : new Error(
        `the table of sources promises ${promised.join(', ')} of ${name}, and composeSources makes no client for it`,
      );
}
