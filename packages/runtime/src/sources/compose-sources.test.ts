import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import type { SourceHttpOptions } from '@aion/adapters/plumbing/source-http';
import { systemClock } from '@aion/adapters/system/clock';
import { makeFrozenClock, silentTelemetry } from '@aion/core';
import { sourceNamed, SOURCES, SourcePolicy, type SourceKind, type SourceName } from '@aion/market/sources';
import { describe, expect, it } from 'vitest';
import { recordRoutes } from '../../../adapters/test/record-shapes.ts';
import { withVendors } from '../../../jobs/test/vendor-home.ts';
import { composeSources, type ComposedSources } from './compose-sources.ts';

/** How what a source is said to have is asked for; ticks and calendars have no client yet. */
const DOORS: Readonly<Partial<Record<SourceKind, (sources: ComposedSources, name: SourceName) => unknown>>> = {
  daily_market: (sources) => sources.marketFiles(),
  flags: (sources) => sources.flags(),
  daily_bars: (sources, name) => sources.bars(name),
  intraday_bars: (sources, name) => sources.bars(name),
  actions: (sources, name) => sources.actions(name),
  news: (sources, name) => sources.records(name),
  ratings: (sources, name) => sources.records(name),
  economics: (sources, name) => sources.records(name),
  social: (sources, name) => sources.records(name),
  fundamentals: (sources, name) => sources.records(name),
  macro: (sources, name) => sources.records(name),
  insider: (sources, name) => sources.records(name),
  options: (sources, name) => sources.records(name),
};

/** All sources with made-up keys. */
function composeAll(): Promise<ComposedSources> {
  const clock = makeFrozenClock(0);
  return composeSources({
    items: makeSqliteItemTable(openStateFile(':memory:'), clock),
    clock,
    telemetry: silentTelemetry,
    policy: SourcePolicy.parse({ feeds: ['https://feeds.example/rss'] }),
    keys: Object.fromEntries(SOURCES.flatMap(({ needs }) => needs.map((key) => [key, `test-${key}@example.com`]))),
  });
}

it('has a client for everything that the table of sources promises', async () => {
  const sources = await composeAll();
  let asked = 0;
  for (const { name, kinds } of SOURCES)
    for (const kind of kinds) {
      const door = DOORS[kind];
      if (door === undefined) continue;
      expect(() => door(sources, name), `${name}: ${kind}`).not.toThrow();
      asked++;
    }
  expect(asked).toBeGreaterThanOrEqual(SOURCES.length);
});

it('says of a source without such data that another must be asked, and of one without its client that the program lacks it', async () => {
  const sources = await composeAll();
  expect(() => sources.bars('fred')).toThrow(/fred has no bars of single instruments; ask another source/);
  expect(() => sources.records('kite')).toThrow(/kite has no records; ask another source/);
  const fred = SOURCES.find(({ name }) => name === 'fred')!;
  const promised = fred.kinds as SourceKind[];
  promised.push('daily_bars');
  try {
    expect(() => sources.bars('fred')).toThrow(/promises daily_bars of fred, and composeSources makes no client/);
  } finally {
    promised.pop();
  }
});

describe('two compositions over one table, as two functions have them', () => {
  const vendors = withVendors(systemClock);
  const news = {
    kind: 'news',
    exchange: 'US',
    symbols: [],
    fromMs: 0,
    toMs: Date.parse('2026-02-27T10:00:00Z'),
  } as const;
  /** As a function composes them: limits and breakers are the table's. */
  const compose = (more: Partial<SourceHttpOptions> = {}, policy: unknown = {}) =>
    composeSources(
      {
        ...{ items: vendors.embedded.items, clock: systemClock, telemetry: silentTelemetry },
        ...{ policy: SourcePolicy.parse(policy), keys: { POLYGON_API_KEY: 'k' } },
      },
      { urls: { polygon: vendors.server.url }, http: { attempts: 1, ...more } },
    );
  const freely = { limiter: { acquire: async () => undefined } };

  it('leave a source alone that failed for the other, and ask it again when it has answered', async () => {
    vendors.server.routes.push(...recordRoutes);
    vendors.server.fail('error', 5);
    const first = await compose(freely);
    for (let times = 0; times < 5; times++)
      await expect(first.records('polygon').fetch(news)).rejects.toMatchObject({ context: { fault: 'server_error' } });
    await first.save();
    const asked = vendors.server.requests.length;
    const second = await compose(freely);
    await expect(second.records('polygon').fetch(news)).rejects.toMatchObject({ context: { fault: 'breaker_open' } });
    expect(vendors.server.requests.length).toBe(asked);
    const health = (sources: ComposedSources) => sources.status().find(({ name }) => name === 'polygon')!.health;
    expect(health(second)).toMatchObject({ state: 'open', failures: 5, lastFault: 'server_error' });
    // Without what the other learned it would be asked: the guard is the table.
    const apart = await composeSources(
      {
        ...{ items: makeSqliteItemTable(openStateFile(':memory:'), systemClock), clock: systemClock },
        ...{ telemetry: silentTelemetry, policy: SourcePolicy.parse({}), keys: { POLYGON_API_KEY: 'k' } },
      },
      { urls: { polygon: vendors.server.url }, http: { attempts: 1, ...freely } },
    );
    await apart.records('polygon').fetch(news);
    expect(vendors.server.requests.length).toBe(asked + 1);
  });

  it('draw from one bucket: what one has used up, the other waits for', async () => {
    vendors.server.routes.push(...recordRoutes);
    const { limit } = sourceNamed('polygon');
    const first = await compose();
    for (let times = 0; times < limit.requests; times++) await first.records('polygon').fetch(news);
    const second = await compose({ operationBudgetMs: 300 });
    const asked = vendors.server.requests.length;
    await expect(second.records('polygon').fetch(news)).rejects.toMatchObject({ context: { fault: 'timeout' } });
    expect(vendors.server.requests.length).toBe(asked);
  });

  it('count the requests of a day together, as the operator’s plan has them', async () => {
    vendors.server.routes.push(...recordRoutes);
    const policy = { requestsPerDay: { polygon: 2 } };
    for (let times = 0; times < 2; times++) await (await compose({}, policy)).records('polygon').fetch(news);
    const asked = vendors.server.requests.length;
    await expect((await compose({}, policy)).records('polygon').fetch(news)).rejects.toMatchObject({
      ...{ code: 'rate_limited', message: expect.stringContaining('its 2 requests of') as string },
    });
    expect(vendors.server.requests.length).toBe(asked);
    await (await compose({}, { requestsPerDay: { polygon: null } })).records('polygon').fetch(news);
    expect(sourceNamed('alphavantage').requestsPerDay).toBe(25);
  });
});
