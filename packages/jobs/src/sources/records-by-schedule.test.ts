import { describe, expect, it, beforeEach } from 'vitest';
import { AppError, DAY_MS, makeFrozenClock, type Exchange } from '@aion/core';
import { readRecords } from '@aion/market/records';
import { SOURCES, SourcePolicy, type Credentials } from '@aion/market/sources';
import { saveNewSignals } from '@aion/signals';
import { publishedSignal } from '../../../signals/test/fixture-signal.ts';
import { recordRoutes } from '../../../adapters/test/record-shapes.ts';
import { withVendors } from '../../test/vendor-home.ts';
import { fetchBeforeSession, fetchRecordsBySchedule } from './records-by-schedule.ts';
import type { Sources } from './sources.ts';

const KEYS: Credentials = Object.fromEntries(
  SOURCES.flatMap(({ needs }) => needs).map((name) => [name, name === 'SEC_CONTACT' ? 'a@b.test' : `${name}-VALUE`]),
);
const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
beforeEach(() => {
  clock.set(Date.parse('2026-02-27T02:00:00Z'));
  vendors.server.routes.push(...recordRoutes);
});

async function fetchKinds(
  kinds: Parameters<typeof fetchRecordsBySchedule>[2],
  { exchange = 'NSE', keys = KEYS }: { exchange?: Exchange; keys?: Credentials } = {},
) {
  const policy = SourcePolicy.parse({ feeds: [`${vendors.server.url}/feed`], subreddits: ['stocks'] });
  const host = { ...vendors.embedded, clock };
  return fetchRecordsBySchedule(host, await vendors.sources(keys, policy), kinds, exchange, '2026-02-27');
}

describe('records by the timetable', () => {
  it('are stored once, however often they are asked for', async () => {
    const { figures } = await fetchKinds(['news', 'macro']);
    expect(figures['news']).toBeGreaterThan(0);
    expect(figures['macro']).toBeGreaterThan(0);
    const { items, objects } = vendors.embedded;
    const stored = async () => (await readRecords({ items, objects }, { kind: 'news', asOfMs: clock.nowMs() })).length;
    expect(await stored()).toBe(figures['news']);
    clock.advance(15 * 60_000);
    expect((await fetchKinds(['news', 'macro'])).figures).toEqual({ news: 0, macro: 0 });
    expect(await stored()).toBe(figures['news']);
  });

  it('are asked for the shares of active signals, where a source is asked by share', async () => {
    await saveNewSignals(vendors.embedded.items, [publishedSignal({ symbol: 'TCS' })]);
    const { figures } = await fetchKinds(['social', 'fundamental', 'option_chain']);
    expect(figures['social']).toBeGreaterThan(0);
    expect(figures['fundamental']).toBeGreaterThan(0);
    expect(figures['option_chain']).toBeGreaterThan(0);
  });

  it('name what nobody can be asked for, which is no failure', async () => {
    expect((await fetchKinds(['social', 'fundamental'])).figures).toEqual({
      social: 'no active signals to ask for',
      fundamental: 'no active signals to ask for',
    });
    expect((await fetchKinds(['rating', 'macro'], { exchange: 'US', keys: {} })).figures).toEqual({
      rating: 'no source is on',
      macro: 'no source is on',
    });
  });

  it('are asked for from where a source last answered, when it was down for days', async () => {
    const asked: [number, number][] = [];
    let down = false;
    const news = {
      ...{ name: 'rss', kinds: ['news'] as const },
      async fetch({ fromMs, toMs }: { fromMs: number; toMs: number }) {
        if (down) throw new AppError('unavailable', 'rss: 503', { retryable: true });
        asked.push([clock.nowMs() - fromMs, clock.nowMs() - toMs]);
        return { records: [], rejected: [], provenance: [] };
      },
    };
    const on = { on: true, why: null };
    const sources = {
      standing: (name: string) => (name === 'rss' ? on : { on: false, why: 'not here' }),
      records: () => news,
    } as unknown as Sources;
    const ask = () => fetchRecordsBySchedule({ ...vendors.embedded, clock }, sources, ['news'], 'NSE', '2026-02-27');
    await ask();
    down = true;
    for (let day = 0; day < 5; day++) {
      clock.advance(DAY_MS);
      await expect(ask()).rejects.toThrow('rss: 503');
    }
    down = false;
    clock.advance(DAY_MS);
    await ask();
    clock.advance(15 * 60_000);
    await ask();
    clock.advance(200 * DAY_MS);
    await ask();
    const HOUR = DAY_MS / 24;
    expect(asked).toEqual([
      [2 * DAY_MS, 0],
      [6 * DAY_MS + 6 * HOUR, 0],
      [2 * DAY_MS, 0],
      [60 * DAY_MS, 0],
    ]);
  });

  it('name a source that is ill where another of its kind answers', async () => {
    const fetch = (name: string) => async () => {
      if (name !== 'rss') throw new AppError('unavailable', `${name}: 503`);
      return { records: [], rejected: [], provenance: [] };
    };
    const sources = {
      standing: (name: string) =>
        ['rss', 'polygon'].includes(name) ? { on: true, why: null } : { on: false, why: 'x' },
      records: (name: string) => ({ name, kinds: ['news'] as const, fetch: fetch(name) }),
    } as unknown as Sources;
    const host = { ...vendors.embedded, clock };
    expect(await fetchRecordsBySchedule(host, sources, ['news'], 'US', '2026-02-27')).toEqual({
      figures: { news: 0, 'news, not had': 'polygon: polygon: 503' },
    });
  });

  it('fail where every source of a kind is ill, after the other kinds were stored', async () => {
    vendors.server.routes.unshift(({ path }) => (path === '/feed' ? { status: 404, body: 'gone' } : undefined));
    await expect(fetchKinds(['news', 'macro'])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^news: rss: .*404/) as string,
      context: { figures: { macro: expect.any(Number) as number } },
    });
  });
});

describe('what is asked before a session', () => {
  const ask = async (disabled: ('nse' | 'yahoo')[] = []) => {
    const sources = await vendors.sources({}, SourcePolicy.parse({ disabled }));
    return fetchBeforeSession({ ...vendors.embedded, clock }, sources, 'NSE', '2026-02-27');
  };

  it('are the lists of the exchange, with what changed, and the actions of active signals', async () => {
    expect(await ask()).toEqual({ figures: { lists: 5, changes: 8, actions: 0 } });
    clock.advance(3_600_000);
    expect(await ask()).toEqual({ figures: { lists: 5, changes: 0, actions: 0 } });
  });

  it('names the lists that could not be had, and says when the exchange is not asked', async () => {
    vendors.server.routes.unshift(({ path }) =>
      path.includes('fo_secban') ? { status: 404, body: 'gone' } : undefined,
    );
    await expect(ask()).rejects.toThrow(/^fno_ban: nse: .*404/);
    expect(await ask(['nse'])).toEqual({ figures: { lists: 'no source is on', actions: 0 } });
  });
});
