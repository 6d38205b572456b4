import { DAY_MS, fromEpochDay, makeFrozenClock, makeRng, toEpochDay } from '@aion/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { loadCalendar } from '../calendar.ts';
import { importFiles } from '../ingest/import-files.ts';
import { readManifest } from '../lake/manifest.ts';
import { readDaily } from '../lake/read.ts';
import type { RecordKind } from '../records/record.ts';
import { simulatedBetween, simulateMarket, type SimulatedMarket } from './simulate-market.ts';
import { makeSimulatedExchange } from './simulated-exchange.ts';
import { makeSimulatedRecords } from './simulated-records.ts';

const SESSION = '2026-02-27';
const calendar = loadCalendar('NSE');
const at = (time: string): number => Date.parse(`${SESSION}T${time}:00+05:30`);
let market: SimulatedMarket;
beforeAll(() => {
  market = simulateMarket({ rng: makeRng('exchange'), symbols: 200, sessions: 280, asOf: SESSION });
});

describe('the simulated exchange', () => {
  it('publishes a session in the evening, as a file from which the lake gets the same bars', async () => {
    const clock = makeFrozenClock(at('18:30'));
    const { files } = makeSimulatedExchange(market, clock);
    expect(await files.sessionFile(SESSION)).toMatchObject({ kind: 'not_published' });
    expect(await files.indexBars(SESSION)).toBeNull();
    clock.set(at('18:40'));
    const file = await files.sessionFile(SESSION);
    if (file.kind !== 'published') throw new Error('it is not published');
    const ports = makeFixturePorts('2026-02-27T14:00:00Z');
    const report = await importFiles(ports, [{ name: file.name, read: async () => file.bytes }]);
    const day = toEpochDay(SESSION);
    const wanted = [...market.daily.sessionDay.keys()].filter((row) => market.daily.sessionDay[row] === day);
    expect([report.stored, report.quarantined]).toEqual([wanted.length, {}]);
    const stored = await readDaily(ports, await readManifest(ports, 'NSE', 'daily'), {});
    const { daily } = market;
    for (const row of wanted) {
      const bars = stored.get(daily.symbols[daily.symbolIndex[row]!]!)!;
      expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volumeShares[0]]).toEqual(
        [daily.open, daily.high, daily.low, daily.close, daily.volumeShares].map((column) => column[row]),
      );
    }
    expect((await files.indexBars(SESSION))!.table.symbols).toEqual(['INDIA_VIX', 'NIFTY50']);
    // A closed day has no file.
    expect(await files.sessionFile('2026-02-28')).toMatchObject({ kind: 'not_published' });
  });

  it('gives an hourly bar when it has closed, the short last one with the session, and a daily bar after the close', async () => {
    const clock = makeFrozenClock(0);
    const { bars } = makeSimulatedExchange(market, clock);
    const symbol = market.hourly.symbols[0]!;
    const counted = async (time: string): Promise<number[]> => {
      clock.set(at(time));
      const request = { symbol, exchange: 'NSE', from: SESSION, to: SESSION } as const;
      const hours = await bars.intraday!({ ...request, barMinutes: 60 });
      return [hours.bars.openTimeMs.length, (await bars.daily!(request)).bars.close.length];
    };
    expect(await counted('10:14')).toEqual([0, 0]);
    expect(await counted('10:15')).toEqual([1, 0]);
    expect(await counted('15:29')).toEqual([6, 0]);
    expect(await counted('15:30')).toEqual([7, 1]);
  });

  it('keeps the bars from one day to another', () => {
    const [from, to] = [toEpochDay('2026-02-20'), toEpochDay('2026-02-25')];
    const cut = simulatedBetween(market, from, to);
    for (const table of [cut.daily, cut.hourly, cut.index]) {
      expect(table.sessionDay.length).toBeGreaterThan(0);
      expect([Math.min(...table.sessionDay), Math.max(...table.sessionDay)]).toEqual([from, to]);
    }
    expect(cut.daily.close.length + simulatedBetween(market, -Infinity, from - 1).daily.close.length).toBe(
      simulatedBetween(market, -Infinity, to).daily.close.length,
    );
  });
});

describe('what is written about a simulated market', () => {
  const KINDS: readonly RecordKind[] = ['news', 'insider_trade'];
  const fetchAt = async (nowMs: number, toMs = nowMs) => {
    const { records } = makeSimulatedRecords(market.instruments, makeRng('records'), makeFrozenClock(nowMs));
    const fromMs = at('00:00') - 30 * DAY_MS;
    const given = await Promise.all(
      KINDS.map((kind) => records.fetch({ kind, exchange: 'NSE', symbols: [], fromMs, toMs })),
    );
    return given.flatMap((one) => one.records);
  };

  it('is told when it has happened, and is the same whenever it is asked for', async () => {
    const late = await fetchAt(at('23:00'));
    for (const kind of KINDS) expect(late.filter((record) => record.kind === kind).length).toBeGreaterThan(3);
    const early = await fetchAt(at('12:00'), at('23:00'));
    expect(early.every(({ knownMs }) => knownMs <= at('12:00'))).toBe(true);
    expect(early).toEqual(late.filter(({ knownMs }) => knownMs <= at('12:00')));
    expect(early.length).toBeLessThan(late.length);
  });

  it('has lists and days of results that change from session to session', async () => {
    const { flags } = makeSimulatedRecords(market.instruments, makeRng('records'), makeFrozenClock(at('08:45')));
    const listsOn = async (date: string) => (await Promise.all(flags.questions(date).map(({ ask }) => ask()))).flat();
    const today = await listsOn(SESSION);
    expect(today.map(({ flag }) => flag)).toEqual(['asm', 'gsm', 'fno_ban', 'price_band', 't2t']);
    const bands = today.find(({ flag }) => flag === 'price_band')!;
    expect(bands.entries.length).toBe(market.instruments.length);
    const asmOn = async (date: string) => (await listsOn(date))[0]!.entries.map(({ symbol }) => symbol).join();
    const dates = calendar.sessionsBetween('2026-01-01', SESSION);
    expect(new Set(await Promise.all(dates.map(asmOn))).size).toBeGreaterThan(3);
    const { records } = await flags.results(at('00:00'), at('00:00') + 45 * DAY_MS);
    // Each company reports once in a quarter: about half of them within six weeks.
    expect(records.length).toBeGreaterThan(60);
    expect(records.length).toBeLessThan(140);
    expect(fromEpochDay(Math.floor(records[0]!.eventMs / DAY_MS) + 1) >= SESSION).toBe(true);
  });
});
