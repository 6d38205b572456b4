import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { makeFrozenClock, silentTelemetry } from '@aion/core';
import { SOURCES, SourcePolicy, type SourceKind, type SourceName } from '@aion/market/sources';
import { expect, it } from 'vitest';
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
