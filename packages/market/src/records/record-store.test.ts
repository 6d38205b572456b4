import fc from 'fast-check';
import { makeFrozenClock } from '@aion/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FixturePorts, makeFixturePorts } from '../../test/fixture-ports.ts';
import { flagChanges, flagsOf, openFlags, type FlagList } from './flags.ts';
import {
  type DataRecord,
  type FundamentalSnapshot,
  type MacroObservation,
  type NewsItem,
  sealRecord,
  subjectOf,
} from './record.ts';
import { appendRecords, readRecords, type RecordPorts } from './record-store.ts';

const NOW = Date.parse('2026-02-28T00:00:00Z');
const DAY = 86_400_000;
const provenance = { source: 'x', url: 'https://x.test/', fetchedMs: NOW, sha256: '0' };

const news = (storyId: string, knownMs: number, headline = storyId, symbols = ['IBM']): NewsItem =>
  sealRecord({
    kind: 'news',
    source: 'x',
    symbols,
    eventMs: knownMs,
    knownMs,
    provenance,
    redistributable: false,
    storyId,
    headline,
    summary: null,
    url: null,
    publisher: null,
  });
const macro = (series: string, period: string, value: number | null, knownMs: number): MacroObservation =>
  sealRecord({
    kind: 'macro',
    source: 'fred',
    symbols: [],
    eventMs: Date.parse(period),
    knownMs,
    provenance,
    redistributable: true,
    series,
    period,
    value,
    vintage: 'published',
  });
const fundamental = (eps: number, knownMs: number): FundamentalSnapshot =>
  sealRecord({
    kind: 'fundamental',
    source: 'yahoo',
    symbols: ['IBM'],
    eventMs: NOW - 100 * DAY,
    knownMs,
    provenance,
    redistributable: false,
    currency: 'USD',
    metrics: { eps },
  });

let fixture: FixturePorts;
let ports: RecordPorts;
beforeEach(() => {
  fixture = makeFixturePorts();
  ports = { items: rangeItems(fixture), objects: fixture.objects, clock: makeFrozenClock(NOW) };
});

/** The fixture's table ignores bounds on the sort key; the store relies on them. */
function rangeItems({ items }: FixturePorts): FixturePorts['items'] {
  return {
    ...items,
    async query(range, page) {
      const found = await items.query(range, page);
      const { prefix = '', from = '', to = '\uffff' } = range;
      return { items: found.items.filter(({ sk }) => sk.startsWith(prefix) && sk >= from && sk <= to) };
    },
  };
}

describe('the record store', () => {
  it('keeps the same record once, however often and in whatever batches it comes', async () => {
    const records = [news('a', NOW - 1), news('b', NOW - 2 * DAY), news('c', NOW - 3)];
    expect(await appendRecords(ports, records)).toEqual({ stored: 3, duplicates: 0, rejected: [] });
    expect(await appendRecords(ports, records.toReversed())).toMatchObject({ stored: 0, duplicates: 3 });
    expect(await appendRecords(ports, [records[1]!, records[1]!, news('d', NOW - 2)])).toMatchObject({
      stored: 1,
      duplicates: 2,
    });
    expect((await readRecords(ports, { kind: 'news', asOfMs: NOW })).map(({ storyId }) => storyId)).toEqual([
      'b',
      'c',
      'd',
      'a',
    ]);
  });

  it('gives of a corrected figure the version that was known then, and keeps both', async () => {
    const [first, second] = [NOW - 50 * DAY, NOW - 10 * DAY];
    await appendRecords(ports, [fundamental(3, first)]);
    await appendRecords(ports, [fundamental(2.5, second)]);
    const epsAt = async (asOfMs: number) =>
      (await readRecords(ports, { kind: 'fundamental', symbol: 'IBM', asOfMs })).map(({ metrics }) => metrics['eps']);
    expect(await epsAt(first - 1)).toEqual([]);
    expect(await epsAt(second - 1)).toEqual([3]);
    expect(await epsAt(NOW)).toEqual([2.5]);
    expect(
      await readRecords(ports, { kind: 'fundamental', symbol: 'IBM', asOfMs: NOW, allVersions: true }),
    ).toHaveLength(2);
  });

  it('adds nothing for a figure that is fetched again unchanged, and something when it turns back', async () => {
    const days = [9, 8, 7, 6].map((ago) => NOW - ago * DAY);
    expect(await appendRecords(ports, [fundamental(3, days[0]!)])).toMatchObject({ stored: 1 });
    expect(await appendRecords(ports, [fundamental(3, days[1]!)])).toMatchObject({ stored: 0, duplicates: 1 });
    expect(await appendRecords(ports, [fundamental(4, days[2]!), fundamental(3, days[3]!)])).toMatchObject({
      stored: 2,
    });
    const now = await readRecords(ports, { kind: 'fundamental', symbol: 'IBM', asOfMs: NOW });
    expect(now).toMatchObject([{ metrics: { eps: 3 }, knownMs: days[3] }]);
  });

  it('tells the vintages of a macro series apart', async () => {
    await appendRecords(ports, [
      macro('GDPC1', '2025-10-01', 100, NOW - 30 * DAY),
      macro('GDPC1', '2025-10-01', 101, NOW - 2 * DAY),
      macro('DGS10', '2026-02-20', 4, NOW - 7 * DAY),
    ]);
    const at = async (asOfMs: number) =>
      (await readRecords(ports, { kind: 'macro', series: 'GDPC1', asOfMs })).map(({ value }) => value);
    expect(await at(NOW - 3 * DAY)).toEqual([100]);
    expect(await at(NOW)).toEqual([101]);
    expect(await readRecords(ports, { kind: 'macro', asOfMs: NOW })).toHaveLength(2);
  });

  it('finds what is of a symbol and of a stretch of time', async () => {
    await appendRecords(ports, [
      news('old', NOW - 9 * DAY),
      news('new', NOW - DAY),
      news('other', NOW - DAY, 'other', ['MSFT']),
    ]);
    const found = await readRecords(ports, { kind: 'news', symbol: 'IBM', asOfMs: NOW, fromMs: NOW - 2 * DAY });
    expect(found.map(({ storyId }) => storyId)).toEqual(['new']);
  });

  it('rejects what claims to come from the future, and what has not its shape, with the reason', async () => {
    const future = news('future', NOW + DAY);
    const broken = { ...news('broken', NOW - 1), symbols: ['no symbol'] };
    const report = await appendRecords(ports, [future, broken, news('good', NOW - 1)]);
    expect(report).toMatchObject({
      stored: 1,
      rejected: [{ why: expect.stringContaining('in the future') }, { why: expect.stringContaining('symbols.0') }],
    });
  });

  it('merges again when another writer was faster', async () => {
    let writes = 0;
    fixture.beforePut = () => void writes++;
    await Promise.all([appendRecords(ports, [news('ours', NOW - 4)]), appendRecords(ports, [news('theirs', NOW - 5)])]);
    expect(await readRecords(ports, { kind: 'news', asOfMs: NOW })).toHaveLength(2);
    // The guard of this test: one of them did lose.
    expect(writes).toBe(3);
  });
});

type Reader = (asOfMs: number) => Promise<DataRecord[]>;
const offsets = fc.integer({ min: 0, max: 20 * 24 }).map((hours) => NOW - hours * 3_600_000);
const anyNews = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd'), offsets, fc.constantFrom('one', 'two'))
  .map(([story, knownMs, text]) => news(story, knownMs, text));

/** Whatever is stored and whenever it is asked for: nothing of later, and of each story the newest of then. */
function neverKnowsTheFuture(makeReader: (ports: RecordPorts) => Reader): Promise<void> {
  return fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyNews, { maxLength: 6 }), { maxLength: 4 }),
      offsets,
      async (batches, asOfMs) => {
        const own = makeFixturePorts();
        const store: RecordPorts = { items: rangeItems(own), objects: own.objects, clock: makeFrozenClock(NOW) };
        for (const batch of batches) await appendRecords(store, batch);
        const read = await makeReader(store)(asOfMs);
        for (const record of read) expect(record.knownMs).toBeLessThanOrEqual(asOfMs);
        const known = batches.flat().filter(({ knownMs }) => knownMs <= asOfMs);
        expect(new Set(read.map(subjectOf))).toEqual(new Set(known.map(subjectOf)));
        for (const record of read as NewsItem[]) {
          const newestMs = Math.max(
            ...known.filter(({ storyId }) => storyId === record.storyId).map(({ knownMs }) => knownMs),
          );
          const texts = known
            .filter(({ storyId, knownMs }) => storyId === record.storyId && knownMs === newestMs)
            .map(({ headline }) => headline);
          expect(texts).toContain(record.headline);
        }
      },
    ),
    { numRuns: 150 },
  );
}

describe('a read as of an instant', () => {
  it('never gives what became known later', async () => {
    await neverKnowsTheFuture((store) => (asOfMs) => readRecords(store, { kind: 'news', asOfMs }));
  });

  it.each([
    ['reads a day too far', (asOfMs: number) => asOfMs + DAY],
    ['asks for all and goes by the event', () => NOW],
  ])('is caught when it leaks: one that %s', async (_, ask) => {
    const leaky =
      (store: RecordPorts): Reader =>
      (asOfMs) =>
        readRecords(store, { kind: 'news', asOfMs: ask(asOfMs) });
    await expect(neverKnowsTheFuture(leaky)).rejects.toThrow(/Property failed/);
  });
});

describe('flags', () => {
  const list = (date: string, symbols: readonly string[], detail = 'Stage I'): FlagList => ({
    flag: 'asm',
    source: 'nse',
    fromMs: Date.parse(`${date}T03:45:00Z`),
    knownMs: Date.parse(`${date}T01:00:00Z`),
    entries: symbols.map((symbol) => ({ symbol, detail })),
    provenance,
  });
  const apply = async (given: FlagList): Promise<void> => {
    const open = await openFlags(ports, given.flag, given.knownMs);
    await appendRecords(ports, flagChanges(open, given));
  };
  const at = async (symbol: string, iso: string) =>
    (await flagsOf(ports, symbol, Date.parse(iso))).map(({ flag, detail }) => `${flag} ${detail}`);

  it('are in force from one list to the one that no longer names them, by what was known then', async () => {
    await apply(list('2026-02-20', ['AAA', 'BBB']));
    await apply(list('2026-02-23', ['BBB', 'CCC']));
    expect(await at('AAA', '2026-02-20T03:00:00Z')).toEqual([]);
    expect(await at('AAA', '2026-02-20T05:00:00Z')).toEqual(['asm Stage I']);
    // Known before the opening, in force until it.
    expect(await at('AAA', '2026-02-23T02:00:00Z')).toEqual(['asm Stage I']);
    expect(await at('AAA', '2026-02-23T05:00:00Z')).toEqual([]);
    expect(await at('BBB', '2026-02-23T05:00:00Z')).toEqual(['asm Stage I']);
    expect(await at('CCC', '2026-02-22T05:00:00Z')).toEqual([]);
    expect(await at('CCC', '2026-02-27T05:00:00Z')).toEqual(['asm Stage I']);
  });

  it('change their stage at the opening', async () => {
    await apply(list('2026-02-20', ['AAA']));
    await apply(list('2026-02-23', ['AAA'], 'Stage II'));
    expect(await at('AAA', '2026-02-22T05:00:00Z')).toEqual(['asm Stage I']);
    expect(await at('AAA', '2026-02-23T05:00:00Z')).toEqual(['asm Stage II']);
  });

  it('do not change with a list that says the same', async () => {
    await apply(list('2026-02-20', ['AAA']));
    expect(flagChanges(await openFlags(ports, 'asm', NOW), list('2026-02-23', ['AAA']))).toEqual([]);
  });

  it('are not lifted by a list that was cut off', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `S${i}`);
    await apply(list('2026-02-20', names));
    await expect(apply(list('2026-02-23', names.slice(0, 10)))).rejects.toThrow(/leaves out 20 of 30/);
    expect(await at('S29', '2026-02-27T05:00:00Z')).toEqual(['asm Stage I']);
  });
});
