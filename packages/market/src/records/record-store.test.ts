import fc from 'fast-check';
import { makeFrozenClock } from '@aion/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FixturePorts, makeFixturePorts } from '../../test/fixture-ports.ts';
import { flagChanges, flagsOf, openFlags, type FlagList } from './flags.ts';
import { type FundamentalSnapshot, type MacroObservation, type NewsItem, sealRecord } from './record.ts';
import { appendRecords, readRecords, type RecordPorts } from './record-store.ts';

const NOW = Date.parse('2026-02-28T00:00:00Z');
const DAY = 86_400_000;
const provenance = { source: 'x', url: 'https://x.test/', fetchedMs: NOW, sha256: '0' };

const news = (
  storyId: string,
  knownMs: number,
  headline = storyId,
  symbols: readonly string[] = ['IBM'],
  fetchedMs = NOW,
): NewsItem =>
  sealRecord({
    kind: 'news',
    source: 'x',
    symbols: [...symbols],
    eventMs: knownMs,
    knownMs,
    provenance: { ...provenance, fetchedMs },
    redistributable: false,
    storyId,
    headline,
    summary: null,
    url: null,
    publisher: null,
  });
const macro = (
  series: string,
  period: string,
  value: number | null,
  knownMs: number,
  vintage: MacroObservation['vintage'] = 'published',
): MacroObservation =>
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
    vintage,
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
    fixture.beforePut = ({ sk }) => void (writes += sk.startsWith('D#') ? 1 : 0);
    await Promise.all([appendRecords(ports, [news('ours', NOW - 4)]), appendRecords(ports, [news('theirs', NOW - 5)])]);
    expect(await readRecords(ports, { kind: 'news', asOfMs: NOW })).toHaveLength(2);
    // The guard of this test: one of them did lose.
    expect(writes).toBe(3);
  });
});

describe('a correction', () => {
  const HOUR = 3_600_000;
  const T = NOW - 3 * DAY;
  const headlineAt = async (asOfMs: number, fromMs = 0) =>
    (await readRecords(ports, { kind: 'news', asOfMs, fromMs })).map(({ headline }) => headline);

  it('under the date of what it corrects is known from its fetch on, not before, and for good', async () => {
    for (const story of ['a', 'b', 'c', 'd']) {
      await appendRecords(ports, [news(story, T, 'results due', ['IBM'], T + 60_000)]);
      const corrected = (hours: number) => news(story, T, 'beats estimates', ['IBM'], T + hours * HOUR);
      expect(await appendRecords(ports, [corrected(30)])).toMatchObject({ stored: 1 });
      expect(await appendRecords(ports, [corrected(31)])).toMatchObject({ stored: 0, duplicates: 1 });
    }
    expect(await headlineAt(T + HOUR)).toEqual(Array(4).fill('results due'));
    expect(await headlineAt(T + 30 * HOUR - 1)).toEqual(Array(4).fill('results due'));
    expect(await headlineAt(T + 30 * HOUR)).toEqual(Array(4).fill('beats estimates'));
    // Asked for the days after the first version too.
    expect(await headlineAt(NOW, T + 25 * HOUR)).toEqual(Array(4).fill('beats estimates'));
  });

  it('that claims an earlier day than what it corrects is not known before it', async () => {
    await appendRecords(ports, [news('a', T, 'results due', ['IBM'], T)]);
    await appendRecords(ports, [news('a', T - 2 * DAY, 'beats estimates', ['IBM'], T + HOUR)]);
    expect(await headlineAt(T - HOUR)).toEqual([]);
    expect(await headlineAt(T)).toEqual(['results due']);
    expect(await headlineAt(T + HOUR)).toEqual(['beats estimates']);
  });

  it('may be taken back', async () => {
    for (const [hours, headline] of [
      [1, 'A'],
      [2, 'B'],
      [3, 'A'],
    ] as const)
      await appendRecords(ports, [news('a', T, headline, ['IBM'], T + hours * HOUR)]);
    expect([await headlineAt(T + 2 * HOUR), await headlineAt(NOW)]).toEqual([['B'], ['A']]);
  });

  it('that its source dates later than what it corrects is known from that date', async () => {
    await appendRecords(ports, [news('a', T, 'A'), news('a', T + HOUR, 'B')]);
    expect([await headlineAt(T), await headlineAt(T + HOUR)]).toEqual([['A'], ['B']]);
  });

  it('is none when an earlier look at the same thing comes in late', async () => {
    await appendRecords(ports, [news('a', T, 'B', ['IBM'], T + 5 * HOUR)]);
    expect(await appendRecords(ports, [news('a', T, 'A', ['IBM'], T + 2 * HOUR)])).toMatchObject({ stored: 0 });
  });

  it('is none when the same words come under the other symbols that were asked for', async () => {
    const look = (hours: number) => [
      news('a', T, 'text', ['TCS'], T + hours * HOUR),
      news('a', T, 'text', ['INFY'], T + hours * HOUR + 5),
    ];
    expect(await appendRecords(ports, look(1))).toMatchObject({ stored: 1, duplicates: 1 });
    expect(await appendRecords(ports, look(2))).toMatchObject({ stored: 0, duplicates: 2 });
    expect(await appendRecords(ports, [news('a', T, 'text', ['WIT'], T + 3 * HOUR)])).toMatchObject({ stored: 1 });
    const of = async (symbol: string, asOfMs: number) =>
      (await readRecords(ports, { kind: 'news', symbol, asOfMs })).length;
    expect(await Promise.all(['TCS', 'INFY', 'WIT'].map((symbol) => of(symbol, T)))).toEqual([1, 1, 0]);
    expect(await Promise.all(['TCS', 'INFY', 'WIT'].map((symbol) => of(symbol, NOW)))).toEqual([1, 1, 1]);
  });

  it('of a published figure stands by its vintage in whatever order they come, and before any assumed one', async () => {
    const [first, second] = [NOW - 30 * DAY, NOW - 10 * DAY];
    await appendRecords(ports, [macro('GDPC1', '2025-10-01', 7, NOW - 5 * DAY, 'assumed')]);
    await appendRecords(ports, [macro('GDPC1', '2025-10-01', 101, second)]);
    await appendRecords(ports, [macro('GDPC1', '2025-10-01', 100, first)]);
    const at = async (asOfMs: number) =>
      (await readRecords(ports, { kind: 'macro', series: 'GDPC1', asOfMs })).map(({ value }) => value);
    expect([await at(first), await at(second), await at(NOW)]).toEqual([[100], [101], [101]]);
  });
});

const HOURS = 20 * 24;
const anyNews = fc
  .tuple(
    fc.constantFrom('a', 'b'),
    fc.integer({ min: 0, max: HOURS }),
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom('one', 'two', 'three'),
  )
  .map(([story, ago, later, text]) => {
    const knownMs = NOW - ago * 3_600_000;
    return news(story, knownMs, text, ['IBM'], Math.min(NOW, knownMs + later * 3_600_000));
  });
type Append = (store: RecordPorts, record: NewsItem, newestMs: number | undefined) => Promise<unknown>;

/**
 * Whatever is appended in whatever order: no answer holds what became known later, and no answer of before its fetch is changed by a version
 * of something known already, unless its source dates it later than what is known: then no answer of before that date.
 */
function neverKnowsTheFuture(append: Append, readAheadMs = 0, seen: Record<string, number> = {}): Promise<void> {
  const count = (what: string): void => void (seen[what] = (seen[what] ?? 0) + 1);
  return fc.assert(
    fc.asyncProperty(fc.array(anyNews, { maxLength: 8 }), async (records) => {
      const own = makeFixturePorts();
      const store: RecordPorts = { items: rangeItems(own), objects: own.objects, clock: makeFrozenClock(NOW) };
      const instants = [...new Set(records.flatMap((one) => [one.knownMs, one.provenance.fetchedMs]))];
      const edges = instants.flatMap((ms) => [ms - 1, ms, ms + 1]);
      const read = (asOfMs: number) => readRecords(store, { kind: 'news', asOfMs: asOfMs + readAheadMs });
      const answers = async () => new Map(await Promise.all(edges.map(async (ms) => [ms, await read(ms)] as const)));
      let before = await answers();
      for (const record of records) {
        const versions = await readRecords(store, { kind: 'news', asOfMs: NOW, allVersions: true });
        const newestMs = versions.findLast(({ storyId }) => storyId === record.storyId)?.knownMs;
        await append(store, record, newestMs);
        const after = await answers();
        const dated = newestMs === undefined || record.knownMs > newestMs;
        const fromMs = dated ? record.knownMs : record.provenance.fetchedMs;
        if (newestMs !== undefined) count(dated ? 'dated later' : 'correction');
        for (const [ms, answer] of after) {
          for (const { knownMs } of answer) expect(knownMs).toBeLessThanOrEqual(ms);
          if (ms >= fromMs) continue;
          if (answer.length > 0) count('kept');
          expect(answer).toEqual(before.get(ms));
        }
        before = after;
      }
    }),
    { numRuns: 100 },
  );
}

describe('a read as of an instant', () => {
  it('never gives what became known later, nor changes by what is fetched later', async () => {
    const seen: Record<string, number> = { kept: 0, correction: 0, 'dated later': 0 };
    await neverKnowsTheFuture((store, record) => appendRecords(store, [record]), 0, seen);
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
  });

  const plainly: Append = (store, record) => appendRecords(store, [record]);
  const backDated: Append = (store, record, newestMs) => {
    const { id: _, ...draft } = record;
    return appendRecords(store, [sealRecord({ ...draft, knownMs: Math.max(record.knownMs, (newestMs ?? 0) + 1) })]);
  };
  it.each([
    ['reads a day too far', plainly, DAY],
    ['takes a correction for known with what it corrects', backDated, 0],
  ])('is caught when it leaks: one that %s', async (_, append, readAheadMs) => {
    await expect(neverKnowsTheFuture(append, readAheadMs)).rejects.toThrow(/Property failed/);
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

  it('change their stage with a corrected list of the same session', async () => {
    await apply(list('2026-02-20', ['AAA', 'BBB']));
    const corrected = list('2026-02-20', ['AAA'], 'Stage II');
    const knownMs = corrected.knownMs + 60_000;
    await apply({ ...corrected, knownMs, provenance: { ...provenance, fetchedMs: NOW + 60_000 } });
    expect(await at('AAA', '2026-02-20T05:00:00Z')).toEqual(['asm Stage II']);
    expect(await at('BBB', '2026-02-20T05:00:00Z')).toEqual([]);
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
