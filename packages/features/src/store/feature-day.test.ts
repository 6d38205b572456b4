import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../../pipeline/test/fixture-ports.ts';
import { featureTableCodec } from '../../../adapters/src/parquet/feature-codec.ts';
import { loadCalendar, type CorporateAction, type DailyBars } from '@aion/market';
import { FEATURE_NODES } from '../catalogue/index.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { randomBars } from '../../test/fixture-bars.ts';
import { computeAsKnown, dailyBarsAsOf, dailySeries } from './daily-series.ts';
import { featureDay, type FeatureDay } from './feature-day.ts';
import { makeReferences, sameForAll } from './references.ts';

const calendar = loadCalendar('NSE');
const references = makeReferences(calendar);
const COLUMNS = ['rsi14', 'ema50', 'smc_trend', 'smc_fvg_bull', 'tf_week', 'atr14'];
const engine = makeFeatureEngine(FEATURE_NODES, COLUMNS);
const SESSIONS = sessionsFrom(18_500, 300);

function sessionsFrom(first: number, count: number): number[] {
  const days: number[] = [];
  for (let day = first; days.length < count; day++) {
    if (calendar.isSessionDay[day - calendar.firstDay] === 1) days.push(day);
  }
  return days;
}

const share = (symbol: string, sessions = SESSIONS): DailyBars => ({
  symbol,
  sessionDay: Int32Array.from(sessions),
  ...randomBars(symbol, sessions.length),
});
const shares = ['A', 'B', 'C'].map((symbol) => share(symbol));

function setUp() {
  const { items, objects, objectMap } = makeFixturePorts();
  // As the file store does: bytes inside a larger buffer, at an odd place.
  const get = async (key: string) => {
    const bytes = await objects.get(key);
    const larger = Buffer.alloc(bytes.length + 3);
    larger.set(bytes, 3);
    return larger.subarray(3);
  };
  const ports = { items, objects: { ...objects, get }, codec: featureTableCodec };
  const dayOf = (
    at: number,
    instruments: readonly DailyBars[] = shares,
    actions: readonly CorporateAction[] = [],
    beside = references,
  ) =>
    featureDay(ports, {
      market: 'NSE',
      sessionDay: SESSIONS[at]!,
      previousDay: SESSIONS[at - 1]!,
      engine,
      codeHash: 'code',
      references: sameForAll(beside),
      instruments: instruments.map((raw) => ({
        symbol: raw.symbol,
        bars: () => dailyBarsAsOf(raw, SESSIONS[at]!, actions),
      })),
    });
  return { dayOf, objectMap };
}

const how = ({ found, continued, computed }: FeatureDay) => ({ found, continued, computed });
const numbers = ({ table }: FeatureDay) => table.columns.map((column) => [...column]);

describe('features of a day', () => {
  it('are computed once, found again, and brought up by one day from the day before with the same values', async () => {
    const { dayOf } = setUp();
    expect(how(await dayOf(297))).toEqual({ found: 0, continued: 0, computed: 3 });
    expect(how(await dayOf(297))).toEqual({ found: 3, continued: 0, computed: 0 });
    const next = await dayOf(298);
    expect(how(next)).toEqual({ found: 0, continued: 3, computed: 0 });
    const fresh = await setUp().dayOf(298);
    expect(numbers(next)).toEqual(numbers(fresh));
    expect(next.absences).toEqual(fresh.absences);
    const again = await dayOf(298);
    expect(numbers(again)).toEqual(numbers(next));
    expect(again.table.names).toEqual(COLUMNS);
    expect(again.table.symbols).toEqual(['A', 'B', 'C']);
  });

  it('are the same whatever the order of the instruments, and store the same objects', async () => {
    const one = setUp();
    const other = setUp();
    await one.dayOf(298);
    await other.dayOf(298, shares.toReversed());
    expect([...other.objectMap.keys()].sort()).toEqual([...one.objectMap.keys()].sort());
  });

  it('compute a share anew when a bar of its past was corrected, and only that one', async () => {
    const { dayOf } = setUp();
    await dayOf(297);
    const close = shares[1]!.close.slice();
    close[40]! += 0.05;
    const corrected = shares.map((raw) => (raw.symbol === 'B' ? { ...raw, close } : raw));
    const day = await dayOf(298, corrected);
    expect(how(day)).toEqual({ found: 0, continued: 2, computed: 1 });
    expect(numbers(day)).toEqual(numbers(await setUp().dayOf(298, corrected)));
    expect(numbers(day)).not.toEqual(numbers(await setUp().dayOf(298)));
  });

  it('compute a share anew on its ex-date, since its past has other prices from then on', async () => {
    const { dayOf } = setUp();
    await dayOf(297);
    const split: CorporateAction = { symbol: 'C', exDay: SESSIONS[298]!, kind: 'split_or_bonus', value: 2 };
    expect(how(await dayOf(298, shares, [split]))).toEqual({ found: 0, continued: 2, computed: 1 });
  });

  it('compute everything anew when the past of a reference was corrected', async () => {
    const { dayOf } = setUp();
    const index = (close: number) =>
      makeReferences(calendar, {
        index_close: {
          sessionDay: Int32Array.from(SESSIONS),
          close: Float64Array.from(SESSIONS, (_, i) => (i === 9 ? close : 1)),
        },
      });
    await dayOf(297, shares, [], index(1));
    expect(how(await dayOf(298, shares, [], index(2)))).toEqual({ found: 0, continued: 0, computed: 3 });
    expect(how(await dayOf(299, shares, [], index(2)))).toEqual({ found: 0, continued: 3, computed: 0 });
  });

  it('isolate a share that cannot be read, with what was said', async () => {
    const { items, objects } = makeFixturePorts();
    const day = await featureDay(
      { items, objects, codec: featureTableCodec },
      {
        market: 'NSE',
        sessionDay: SESSIONS[298]!,
        previousDay: SESSIONS[297]!,
        engine,
        codeHash: 'code',
        references: sameForAll(references),
        instruments: shares.map((raw) => ({
          symbol: raw.symbol,
          bars: () => {
            if (raw.symbol === 'B') throw new Error('its file is damaged');
            return dailyBarsAsOf(raw, SESSIONS[298]!, []);
          },
        })),
      },
    );
    expect(day.table.symbols).toEqual(['A', 'C']);
    expect(day.failed).toEqual([{ symbol: 'B', message: 'its file is damaged' }]);
  });

  it('survive the loss or damage of what was stored: it is computed again', async () => {
    const { dayOf, objectMap } = setUp();
    const before = await dayOf(297);
    for (const key of objectMap.keys()) if (key.endsWith('.parquet')) objectMap.set(key, new Uint8Array([1]));
    expect(numbers(await dayOf(297))).toEqual(numbers(before));
    for (const key of objectMap.keys()) if (key.endsWith('.f64')) objectMap.delete(key);
    expect(how(await dayOf(298))).toEqual({ found: 0, continued: 0, computed: 3 });
  });
});

describe('features of every bar', () => {
  it('stand on the prices as they were known at each bar: an ex-date changes none before it', () => {
    const raw = share('A');
    const split: CorporateAction = { symbol: 'A', exDay: SESSIONS[200]!, kind: 'split_or_bonus', value: 2 };
    const surroundings = { actions: [split], references };
    const values = computeAsKnown(engine, raw, surroundings);
    const copy = Object.fromEntries(Object.entries(values).map(([name, column]) => [name, column.slice()]));
    for (const t of [150, 199, 200, 201, 299]) {
      const known = engine.compute(dailySeries(raw, SESSIONS[t]!, surroundings));
      for (const name of COLUMNS) expect(copy[name]![t], `${name} at ${t}`).toBe(known[name]![t]);
    }
    // What adjusting everything with the last day's factors would have said of the day before: half the price.
    const restated = engine.compute(dailySeries(raw, SESSIONS[299]!, surroundings))['ema50']![199]!;
    expect(copy['ema50']![199]).toBeCloseTo(2 * restated, 6);
  });
});
