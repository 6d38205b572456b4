import { makeFrozenClock } from '@aion/core';
import { importFiles, loadOrigin, readManifest, readSymbol, readTable, saveActions } from '@aion/market';
import {
  type BarRequest,
  type Credentials,
  listDisagreements,
  saveDisagreements,
  SOURCES,
  SourcePolicy,
} from '@aion/market/sources';
import { describe, expect, it } from 'vitest';
import {
  alpacaRoutes,
  alphaVantageRoutes,
  polygonRoutes,
  udiffCsv,
  yahooChart,
  yahooRoutes,
} from '../../../adapters/test/vendor-shapes.ts';
import type { ComposedSources } from '@aion/runtime/sources/compose-sources';
import { describeSource } from '@aion/runtime/sources/describe-source';
import { fetchActions, fetchDaily, fetchIntraday } from './fetch-bars.ts';
import { storeFetched } from './store-fetched.ts';
import { withVendors } from '../../test/vendor-home.ts';

const clock = makeFrozenClock(Date.parse('2026-02-28T00:00:00Z'));
const NSE: BarRequest = { symbol: 'TCS', exchange: 'NSE', from: '2026-02-24', to: '2026-02-27' };
const US: BarRequest = { ...NSE, symbol: 'IBM', exchange: 'US' };
const KEYS = {
  ALPACA_API_KEY_ID: 'KEYID',
  ALPACA_API_SECRET: 'SECRETSECRET',
  POLYGON_API_KEY: 'POLYKEY',
  ALPHA_VANTAGE_API_KEY: 'AVKEYAVKEY',
};

const vendors = withVendors(clock);

async function open(keys: Credentials = {}, policy: Partial<SourcePolicy> = {}) {
  const full = SourcePolicy.parse(policy);
  const sources: ComposedSources = await vendors.sources(keys, full);
  return { ingest: { ...vendors.embedded.ingest, clock }, policy: full, sources, compareStored: true };
}

/** Alpha Vantage with wrong prices on the second day. */
const lyingAlphaVantage = alphaVantageRoutes.map((route) => (request: Parameters<typeof route>[0]) => {
  const served = route(request);
  if (served === undefined) return undefined;
  const text = JSON.stringify(served.body)
    .replaceAll('"4. close":"101.0000"', '"4. close":"109.0000"')
    .replaceAll('102.0000', '110.0000');
  return { body: JSON.parse(text) as object };
});

describe('fetching daily bars', () => {
  it('goes past sources that are off or ill, and says why each was', async () => {
    vendors.server.routes.push(...alpacaRoutes, ...polygonRoutes(vendors.server.url), ...alphaVantageRoutes);
    vendors.server.fail('error', 1);
    const { POLYGON_API_KEY: _, ...keys } = KEYS;
    const ports = await open(keys, { quorum: 1 });
    const { answers, failures, notAsked } = await fetchDaily(ports, US);
    expect(answers.map(({ source }) => source)).toEqual(['alpaca']);
    expect(failures).toMatchObject([
      { source: 'alphavantage', code: 'unavailable' },
      { source: 'polygon', code: 'off', message: 'POLYGON_API_KEY is not set' },
    ]);
    expect(notAsked).toEqual(['yahoo']);
  });

  it('compares what sources give, and names both values where they disagree', async () => {
    vendors.server.routes.push(...lyingAlphaVantage, ...alpacaRoutes, ...polygonRoutes(vendors.server.url));
    const two = await fetchDaily(await open(KEYS), US);
    expect(two.quorum.issues).toMatchObject([
      {
        code: 'source_disagreement',
        date: '2026-02-26',
        closes: { alphavantage: 109, alpaca: 101 },
        chosen: 'alphavantage',
        chosenBy: 'priority',
      },
    ]);
    expect(await saveDisagreements(vendors.embedded.items, 'US', two.quorum.issues, clock.nowMs())).toBe(1);
    expect(await saveDisagreements(vendors.embedded.items, 'US', two.quorum.issues, clock.nowMs())).toBe(1);
    // The same finding again is the same one.
    expect(await listDisagreements(vendors.embedded.items, 'US', 10)).toMatchObject([
      { symbol: 'IBM', date: '2026-02-26', closes: { alphavantage: 109, alpaca: 101 }, chosen: 'alphavantage' },
    ]);
    expect(await listDisagreements(vendors.embedded.items, 'NSE', 10)).toEqual([]);
    const three = await fetchDaily(await open(KEYS, { quorum: 3 }), US);
    expect(three.quorum.issues).toMatchObject([{ chosen: 'alpaca', chosenBy: 'majority' }]);
    expect([...three.quorum.bars.close]).toEqual([100, 101]);
  });

  it('compares a vendor that adjusts for splits with the stored raw bars, in the shares of today', async () => {
    // Lows and volumes of the made-up files do not scale with the split.
    const ports = await open({}, { toleranceFrac: 0.01, volumeToleranceFrac: 1 });
    const bhavcopy = (date: string, close: number) => ({
      name: `${date}.csv`,
      read: async () => new TextEncoder().encode(udiffCsv(date, [['TCS', close]])),
    });
    await importFiles(ports.ingest, [bhavcopy('2026-02-25', 200), bhavcopy('2026-02-26', 101)]);
    const exDay = Date.parse('2026-02-26') / 86_400_000;
    vendors.server.routes.push(...yahooRoutes);
    const before = await fetchDaily(ports, NSE);
    expect(before.quorum.issues).toMatchObject([
      { date: '2026-02-25', closes: { lake: 200, yahoo: 100 }, chosen: 'lake' },
    ]);
    await saveActions(ports.ingest, 'NSE', [{ symbol: 'TCS', exDay, kind: 'split_or_bonus', value: 2 }], {
      source: 'test',
      recordedMs: clock.nowMs(),
    });
    const after = await fetchDaily(ports, NSE);
    expect(after.quorum).toMatchObject({ basis: 'splits', issues: [] });
    expect(after.quorum.chosen.map(({ source }) => source)).toEqual(['lake', 'lake']);
    const apart = await fetchDaily({ ...ports, compareStored: false }, NSE);
    expect(apart.quorum.chosen.map(({ source }) => source)).toEqual(['yahoo', 'yahoo']);
  });

  it('stores a vendor’s raw bars through the importer, with their origin, and never adjusted ones', async () => {
    vendors.server.routes.push(...alpacaRoutes, ...yahooRoutes);
    const ports = await open(KEYS);
    const raw = await fetchDaily(ports, US, { only: 'alpaca' });
    const { bySource, withheld } = await storeFetched(ports.ingest, raw.answers, raw.quorum);
    expect(bySource).toMatchObject([{ source: 'alpaca', report: { status: 'imported', rows: 2, stored: 2 } }]);
    expect(withheld).toEqual([]);
    const bars = await readSymbol(ports.ingest, await readManifest(ports.ingest, 'US', 'daily'), 'IBM');
    expect([...bars!.close]).toEqual([100, 101]);
    const adjusted = await fetchDaily(ports, NSE, { only: 'yahoo' });
    await expect(storeFetched(ports.ingest, adjusted.answers, adjusted.quorum)).rejects.toMatchObject({
      code: 'bad_input',
    });
    expect((await readManifest(ports.ingest, 'NSE', 'daily')).symbols).toEqual([]);
  });
});

describe('storing what sources gave', () => {
  async function stored(quorum: number) {
    vendors.server.routes.push(...lyingAlphaVantage, ...alpacaRoutes, ...polygonRoutes(vendors.server.url));
    const ports = await open(KEYS, { quorum });
    const fetched = await fetchDaily(ports, US);
    const result = await storeFetched(ports.ingest, fetched.answers, fetched.quorum);
    const manifest = await readManifest(ports.ingest, 'US', 'daily');
    const table = await readTable(ports.ingest, manifest, { provenance: true });
    const { ids, index } = table.provenance!;
    const origins = await Promise.all(ids.map((id) => loadOrigin(ports.ingest.items, 'US', id)));
    return { result, closes: [...table.close], sources: Array.from(index, (at) => origins[at]!.source) };
  }

  it('takes of each session the bar that the majority chose, under its own source', async () => {
    const { result, closes, sources } = await stored(3);
    expect(closes).toEqual([100, 101]);
    expect(sources).toEqual(['alphavantage', 'alpaca']);
    expect(result).toMatchObject({ withheld: [] });
    expect(result.bySource.map(({ source, report }) => [source, report.stored])).toEqual([
      ['alphavantage', 1],
      ['alpaca', 1],
    ]);
  });

  it('withholds a session on which two disagree, with both values', async () => {
    const { result, closes } = await stored(2);
    expect(closes).toEqual([100]);
    expect(result.withheld).toMatchObject([{ date: '2026-02-26' }]);
    expect(result.withheld[0]!.why).toMatch(/closes lie more than 0\.5 % apart \(alphavantage 109, alpaca 101\)/);
  });
});

it('intraday bars and actions come from the first that has them', async () => {
  const stamps = [Date.parse('2026-02-26T03:45:00Z') / 1000];
  vendors.server.routes.push(() => ({
    body: yahooChart({ meta: { dataGranularity: '1h' }, timestamps: stamps, close: [100] }),
  }));
  const ports = await open();
  const hourly = await fetchIntraday(ports, { ...NSE, barMinutes: 60 });
  expect(hourly.answers[0]?.answer.bars.close).toHaveLength(1);
  expect((await fetchActions(ports, NSE)).answers).toHaveLength(1);
});

describe('the state of the sources', () => {
  it('says of each that is off which key is missing and what that costs, and refuses to ask it', async () => {
    const { sources } = await open({ KITE_API_KEY: 'only-one' }, { disabled: ['rss'] });
    const status = new Map(sources.status().map((source) => [source.name, source]));
    expect(status.size).toBe(SOURCES.length);
    for (const source of status.values()) {
      if (!source.on) expect(describeSource(source)).toBe(`off: ${source.why}; without it: ${source.costOfAbsence}`);
    }
    expect(status.get('kite')).toMatchObject({ on: false, why: 'KITE_ACCESS_TOKEN is not set' });
    expect(status.get('rss')).toMatchObject({ on: false, why: expect.stringContaining('sources.disabled') });
    expect(status.get('nse')).toMatchObject({ on: true, redistributable: false });
    expect(() => sources.bars('kite')).toThrow(
      /Zerodha Kite Connect is off: KITE_ACCESS_TOKEN is not set\. Without it: no live NSE ticks/,
    );
  });

  it('goes on in the next process: a source that is left alone stays so', async () => {
    vendors.server.fail('error', 100);
    const first = await open();
    for (let i = 0; i < 5; i++) await fetchDaily(first, NSE);
    await first.sources.save();
    const before = vendors.server.requests.length;
    const second = await open();
    const yahoo = second.sources.status().find(({ name }) => name === 'yahoo')!;
    expect(yahoo.health).toMatchObject({ state: 'open', failures: 5, lastFault: 'server_error' });
    expect(describeSource(yahoo)).toContain('left alone after failures: 5 in a row, the last one server_error');
    expect((await fetchDaily(second, NSE)).failures.at(-1)).toMatchObject({ source: 'yahoo', code: 'unavailable' });
    expect(vendors.server.requests.length).toBe(before);
    // Having been asked once more it has still failed as often.
    expect(second.sources.status().find(({ name }) => name === 'yahoo')!.health.failures).toBe(5);
  });
});
