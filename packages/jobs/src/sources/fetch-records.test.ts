import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeFrozenClock, type Exchange } from '@aion/core';
import { flagsOf, readRecords, type RecordPorts, type RecordRequest } from '@aion/market/records';
import { type Credentials, SOURCES, SourcePolicy } from '@aion/market/sources';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordRoutes } from '../../../adapters/test/record-shapes.ts';
import type { ComposedSources } from '@aion/runtime/sources/compose-sources';
import { fetchFlags, fetchRecords } from './fetch-records.ts';
import { withVendors } from '../../test/vendor-home.ts';
import { importRecordFile } from '@aion/runtime/embedded/market/import-record-file';

const KEYS: Credentials = Object.fromEntries(
  SOURCES.flatMap(({ needs }) => needs).map((name) => [name, name === 'SEC_CONTACT' ? 'a@b.test' : `${name}-VALUE`]),
);
const RANGE = { fromMs: Date.parse('2026-02-20T00:00:00Z'), toMs: Date.parse('2026-02-28T00:00:00Z') };
const ask = (kind: Exclude<RecordRequest['kind'], 'flag'>, symbols: readonly string[], exchange: Exchange) => ({
  kind,
  symbols,
  exchange,
  ...RANGE,
});

const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
beforeEach(() => {
  clock.set(Date.parse('2026-02-28T00:00:00Z'));
  vendors.server.routes.push(...recordRoutes);
});

async function open(keys: Credentials = KEYS): Promise<RecordPorts & { sources: ComposedSources }> {
  const { items, objects } = vendors.embedded;
  const policy = SourcePolicy.parse({ feeds: [`${vendors.server.url}/feed`], subreddits: ['stocks'] });
  return { items, objects, clock, sources: await vendors.sources(keys, policy) };
}

describe('fetching records', () => {
  it.each([
    ['news', ['IBM'], 'US', ['alpaca', 'polygon', 'benzinga', 'rss']],
    ['news', ['TCS'], 'NSE', ['rss']],
    ['rating', ['IBM'], 'US', ['benzinga']],
    ['economic_event', [], 'US', ['benzinga']],
    ['social', ['TCS'], 'NSE', ['reddit', 'x']],
    ['macro', ['GDPC1'], 'NSE', ['fred']],
    ['fundamental', ['TCS'], 'NSE', ['yahoo']],
    ['insider_trade', ['IBM'], 'US', ['sec']],
    ['insider_trade', ['TCS'], 'NSE', ['nse']],
    ['option_chain', ['TCS'], 'NSE', ['nse']],
  ] as const)(
    'asks every source of %s for %o of %s, and stores what they give once',
    async (kind, symbols, exchange, from) => {
      const ports = await open();
      const first = await fetchRecords(ports, ask(kind, symbols, exchange));
      expect(first.failures).toEqual([]);
      expect(first.answers.map(({ source }) => source)).toEqual(from);
      for (const { stored, given, rejected } of first.answers) expect([stored, rejected]).toEqual([given, []]);
      const again = await fetchRecords(ports, ask(kind, symbols, exchange));
      for (const { stored, duplicates, given } of again.answers) expect([stored, duplicates]).toEqual([0, given]);
      const total = first.answers.reduce((sum, { stored }) => sum + stored, 0);
      const read = await readRecords(ports, { kind, asOfMs: clock.nowMs(), allVersions: true });
      expect(read).toHaveLength(total);
      expect(total).toBeGreaterThan(0);
    },
  );

  it('says which source is off or ill, and keeps what the others gave', async () => {
    vendors.server.fail('error', 1);
    const { POLYGON_API_KEY: _, ...keys } = KEYS;
    const { answers, failures } = await fetchRecords(await open(keys), ask('news', ['IBM'], 'US'));
    expect(failures).toMatchObject([
      { source: 'alpaca', code: 'unavailable' },
      { source: 'polygon', code: 'off', message: 'POLYGON_API_KEY is not set' },
    ]);
    expect(answers.map(({ source }) => source)).toEqual(['benzinga', 'rss']);
  });
});

describe('entry flags', () => {
  it('are stored with what changed only, and hold from the opening of their session', async () => {
    clock.set(Date.parse('2026-02-27T02:00:00Z'));
    const ports = await open();
    const report = await fetchFlags(ports, '2026-02-27');
    expect(report.lists.map(({ flag, entries, changes }) => [flag, entries, changes])).toEqual([
      ['asm', 2, 2],
      ['gsm', 1, 1],
      ['fno_ban', 2, 2],
      ['price_band', 2, 2],
      ['t2t', 1, 1],
    ]);
    const at = async (symbol: string, iso: string) =>
      (await flagsOf(ports, symbol, Date.parse(iso))).map(({ flag }) => flag).sort();
    expect(await at('GGG', '2026-02-27T03:00:00Z')).toEqual([]);
    expect(await at('GGG', '2026-02-27T04:00:00Z')).toEqual(['price_band', 't2t']);
    expect(await at('TCS', '2026-03-12T05:00:00Z')).toEqual(['results']);
    expect(await at('TCS', '2026-03-13T05:00:00Z')).toEqual([]);
    clock.advance(3_600_000);
    expect((await fetchFlags(ports, '2026-02-27')).lists.every(({ changes }) => changes === 0)).toBe(true);
  });

  it.each([
    ['reportASM', ['asm'], ['gsm', 'fno_ban', 'price_band', 't2t']],
    ['reportGSM', ['gsm'], ['asm', 'fno_ban', 'price_band', 't2t']],
    ['fo_secban', ['fno_ban'], ['asm', 'gsm', 'price_band', 't2t']],
    ['sec_list', ['price_band', 't2t'], ['asm', 'gsm', 'fno_ban']],
    ['event-calendar', ['results'], ['asm', 'gsm', 'fno_ban', 'price_band', 't2t']],
  ])('of which %s cannot be had leave those as they were, named, and the others are stored', async (ill, bad, good) => {
    clock.set(Date.parse('2026-02-27T02:00:00Z'));
    vendors.server.routes.unshift(({ path }) => (path.includes(ill) ? { status: 404, body: 'gone' } : undefined));
    const { lists, refused, results } = await fetchFlags(await open(), '2026-02-27');
    expect(lists.map(({ flag }) => flag)).toEqual(good);
    expect(refused.map(({ flag }) => flag)).toEqual(bad);
    for (const { why } of refused) expect(why).toMatch(/^nse: .*404/);
    expect(results === null).toBe(ill === 'event-calendar');
  });

  it('of which none can be had are the source’s fault', async () => {
    vendors.server.reset();
    await expect(fetchFlags(await open(), '2026-02-27')).rejects.toThrow(/^nse: /);
  });
});

it('a file of macro series goes into the same store, and the same file again adds nothing', async () => {
  const path = join(vendors.embedded.loaded.home, 'macro.csv.gz');
  writeFileSync(path, gzipSync('series,date,value\nDGS10,2026-02-02,4.1\nDGS10,2026-02-03,4.2\nDGS10,never,1\n'));
  const ports = await open();
  expect(await importRecordFile(ports, path)).toMatchObject([
    { kind: 'macro', rows: 3, stored: 2, unreadable: [{ what: 'line 4' }] },
  ]);
  expect(await importRecordFile(ports, path)).toMatchObject([{ stored: 0, duplicates: 2 }]);
  const read = await readRecords(ports, { kind: 'macro', series: 'DGS10', asOfMs: Date.parse('2026-02-08T12:00:00Z') });
  expect(read.map(({ value }) => value)).toEqual([4.1]);
  await expect(importRecordFile(ports, join(vendors.embedded.loaded.home, 'gone.csv'))).rejects.toMatchObject({
    code: 'bad_input',
  });
});
