import type { ChartBar, ChartMark } from '@aion/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fanPoints } from './fan.ts';
import { LAYER_TITLES, LAYER_WORDS, LAYERS, LAYERS_AT_FIRST, layerOf } from './layers.ts';
import { markRows } from './mark-rows.ts';
import { nearMarks } from './near-marks.ts';
import { changeOf, readoutBars } from './readout-bars.ts';
import { indexOfTime } from './time-index.ts';
import { crosshairLabel, tickLabel } from './times.ts';

const bar = (time: ChartBar['time']): ChartBar => ({ time, open: 1, high: 1, low: 1, close: 1, volumeShares: 0 });

describe('where a mark is drawn', () => {
  const days = ['2026-02-23', '2026-02-25', '2026-02-26'].map(bar);
  it('is at its bar, at the bar before when its time has none, at the edge before the first', () => {
    expect(['2026-02-25', '2026-02-24', '2020-01-01', '2030-01-01'].map((day) => indexOfTime(days, day))).toEqual([
      1, 0, 0, 2,
    ]);
    expect(indexOfTime([bar(100), bar(200)], 150)).toBe(0);
  });

  it('is found for every bar', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1e9 }), { minLength: 1 }), (times) => {
        const bars = times.sort((a, b) => a - b).map(bar);
        expect(bars.map((each) => indexOfTime(bars, each.time))).toEqual(bars.map((_, index) => index));
      }),
    );
  });
});

describe('the forecast fan', () => {
  it('starts at the last close, ends at the quantiles and only widens', () => {
    const points = fanPoints(100, { horizonBars: 10, low: 92, median: 103, high: 111 });
    expect(points[0]).toEqual({ k: 0, low: 100, median: 100, high: 100 });
    expect(points.at(-1)).toEqual({ k: 10, low: 92, median: 103, high: 111 });
    const widths = points.map((point) => point.high - point.low);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
  });
});

describe('time labels', () => {
  it('are in the exchange’s zone for hours and have none for sessions', () => {
    const openSec = Date.UTC(2026, 1, 27, 3, 45) / 1000;
    expect(crosshairLabel(openSec as never, 'Asia/Kolkata')).toBe('27 Feb 2026, 09:15 IST');
    expect(crosshairLabel('2026-02-27', 'Asia/Kolkata')).toBe('Fri 27 Feb 2026');
    expect([0, 1, 2].map((kind) => tickLabel('2026-02-27', kind, 'Asia/Kolkata'))).toEqual(['2026', 'Feb', '27']);
    expect([2, 3].map((kind) => tickLabel(openSec as never, kind, 'Asia/Kolkata'))).toEqual(['27 Feb', '09:15']);
  });
});

describe('the marks that are drawn at first', () => {
  const zone = (
    low: number,
    to: string | null,
    concept: 'order_block' | 'fair_value_gap' = 'order_block',
  ): ChartMark => ({
    kind: 'zone',
    concept,
    side: 'bull',
    from: '2026-02-02',
    to,
    knownAt: '2026-02-03',
    low,
    high: low + 1,
    state: 'fresh',
    states: [],
  });
  it('are the live zones nearest to the last close and the newest breaks', () => {
    const bars = [{ ...bar('2026-02-26'), close: 100 }];
    const zones = [zone(50, null), zone(99, null), zone(103, null), zone(90, null), zone(100, '2026-02-20')];
    expect(
      nearMarks([...zones, zone(10, null, 'fair_value_gap')], bars).map((mark) => 'low' in mark && mark.low),
    ).toEqual([99, 103, 90, 10]);
    const breaks = Array.from({ length: 9 }, (_, day): ChartMark => {
      const at = `2026-02-0${day + 1}`;
      return { kind: 'break', concept: 'BOS', side: 'bull', from: at, to: at, knownAt: at, price: 1 };
    });
    expect(nearMarks(breaks, bars).map((mark) => mark.knownAt)).toEqual(
      [9, 8, 7, 6, 5].map((day) => `2026-02-0${day}`),
    );
    expect(nearMarks(breaks, [])).toEqual([]);
  });

  it('are of the resting levels the three nearest on each side, over the dealing range', () => {
    const bars = [{ ...bar('2026-02-26'), close: 100 }];
    const at = '2026-02-02';
    const levels = [101, 140, 105, 110, 99, 60, 95, 90].map((price): ChartMark => {
      return { kind: 'level', side: price > 100 ? 'high' : 'low', at, knownAt: at, price };
    });
    const range: ChartMark = { kind: 'range', from: at, knownAt: at, low: 90, high: 110 };
    const near = nearMarks([...levels, range], bars);
    expect(near[0]).toBe(range);
    expect(near.slice(1).map((mark) => 'price' in mark && mark.price)).toEqual([101, 105, 110, 99, 95, 90]);
  });
});

describe('the marks in words', () => {
  const day = '2026-02-02';
  const zone: ChartMark = {
    kind: 'zone',
    concept: 'fair_value_gap',
    side: 'bear',
    from: '2026-01-28',
    to: '2026-02-20',
    knownAt: '2026-01-30',
    low: 1200.5,
    high: 1210,
    state: 'filled',
    states: [
      { state: 'open', at: '2026-01-30' },
      { state: 'filled', at: '2026-02-20' },
    ],
  };
  const marks: ChartMark[] = [
    zone,
    { kind: 'pivot', side: 'high', at: day, knownAt: day, price: 1 },
    { kind: 'level', side: 'low', at: day, knownAt: '2026-02-05', price: 99.5 },
    { kind: 'sweep', side: 'bull', at: day, knownAt: day, price: 98 },
  ];

  it('stand in the table with the one known last first, with every state and when it was known', () => {
    const rows = markRows(marks);
    expect(rows.map(({ concept }) => concept)).toEqual(['Resting liquidity', 'Sweep', 'Fair value gap']);
    expect(rows[2]).toMatchObject({ side: '▼ bearish', price: '1,200.50 – 1,210.00', states: zone.states });
  });

  it('name the state of a zone that was stored without its history', () => {
    expect(markRows([{ ...zone, states: [] }])[0]!.states).toEqual([{ state: 'filled', at: '2026-01-30' }]);
  });

  it('each belong to a toggle that has a title and a sentence; the range is off at first', () => {
    for (const mark of marks) expect(LAYERS).toContain(layerOf(mark));
    for (const layer of LAYERS) expect([LAYER_TITLES[layer], LAYER_WORDS[layer]].join(' ').length).toBeGreaterThan(20);
    expect(LAYERS.filter((layer) => !LAYERS_AT_FIRST.includes(layer))).toEqual(['range', 'pivots']);
  });
});

describe('the numbers of a bar', () => {
  // Opened above the close before it and fell, and still ended above that close.
  const days: ChartBar[] = [
    { ...bar('2026-02-26'), open: 99, close: 100 },
    { ...bar('2026-02-27'), open: 104, high: 104, close: 102 },
  ];
  it('have the change from the close before, and none for the first', () => {
    const last = readoutBars(days, null);
    expect(last).toEqual({ bar: days[1], before: days[0] });
    expect(changeOf(last.bar!, last.before)).toBeCloseTo(0.02, 12);
    const first = readoutBars(days, { ...days[0]! });
    expect([first, changeOf(first.bar!, first.before)]).toEqual([{ bar: days[0], before: null }, null]);
  });
  it('are those of the last bar while the cross-hair is on one that is not there', () => {
    expect(readoutBars(days, bar(1_772_000_000)).bar).toBe(days[1]);
    expect(readoutBars([], null)).toEqual({ bar: null, before: null });
  });
});
