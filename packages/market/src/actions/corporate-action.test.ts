import { fromEpochDay, toEpochDay } from '@aion/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import type { DailyBars } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { type CorporateAction, adjustDaily, loadActions, parseActions, saveActions } from './index.ts';
import { loadInstruments, saveInstruments } from '../instruments.ts';

const day = toEpochDay;
const bars: DailyBars = {
  symbol: 'RELIANCE',
  sessionDay: Int32Array.from(['2024-10-24', '2024-10-25', '2024-10-28', '2024-10-29'], day),
  open: Float64Array.of(2670.55, 2687, 1337, 1328.1),
  high: Float64Array.of(2700, 2700, 1350, 1345),
  low: Float64Array.of(2650, 2640, 1320, 1320),
  close: Float64Array.of(2679.6, 2655.7, 1334.35, 1340),
  volumeShares: Float64Array.of(11_077_967, 9_298_748, 10_824_350, 12_008_361),
};
const ORIGIN = { source: 'import', recordedMs: 1_000 };
const bonus: CorporateAction = { symbol: 'RELIANCE', exDay: day('2024-10-28'), kind: 'split_or_bonus', value: 2 };

describe('adjustDaily', () => {
  it('halves prices and doubles volumes before the ex-date of a 1:1 bonus', () => {
    const adjusted = adjustDaily(bars, [bonus], day('2024-10-29'));
    expect([...adjusted.close]).toEqual([1339.8, 1327.85, 1334.35, 1340]);
    expect([...adjusted.volumeShares]).toEqual([22_155_934, 18_597_496, 10_824_350, 12_008_361]);
    expect([...bars.close]).toEqual([2679.6, 2655.7, 1334.35, 1340]);
  });

  it('uses no action whose ex-date lies after the day it is asked for', () => {
    expect(adjustDaily(bars, [bonus], day('2024-10-27'))).toBe(bars);
    expect(adjustDaily(bars, [bonus], day('2024-10-28'))).not.toBe(bars);
  });

  it('divides older prices by a demerger factor and leaves volumes, and leaves dividends alone', () => {
    const demerger: CorporateAction = { ...bonus, kind: 'demerger_or_rights', value: 1.25 };
    const adjusted = adjustDaily(bars, [demerger, { ...bonus, kind: 'dividend', value: 9 }], day('2024-12-31'));
    expect([...adjusted.close].map((price) => Number(price.toFixed(2)))).toEqual([2143.68, 2124.56, 1334.35, 1340]);
    expect([...adjusted.volumeShares]).toEqual([...bars.volumeShares]);
  });

  it('multiplies the factors of successive actions and ignores those of other symbols', () => {
    const later: CorporateAction = { ...bonus, exDay: day('2024-10-29'), value: 5 };
    const adjusted = adjustDaily(bars, [later, bonus, { ...bonus, symbol: 'TCS', value: 7 }], day('2024-10-29'));
    expect([...adjusted.close]).toEqual([267.96, 265.57, 266.87, 1340].map((x) => expect.closeTo(x, 9)));
  });

  it('changes no value when an action of the future is added: no look-ahead', () => {
    const action = fc.record({
      symbol: fc.constant('RELIANCE'),
      exDay: fc.integer({ min: day('2024-10-20'), max: day('2024-11-05') }),
      kind: fc.constantFrom('split_or_bonus' as const, 'demerger_or_rights' as const),
      value: fc.integer({ min: 2, max: 10 }),
    });
    const seen = { known: 0, 'of the future': 0, 'would change': 0 };
    fc.assert(
      fc.property(fc.array(action, { maxLength: 5 }), fc.constantFrom(...bars.sessionDay), (actions, asOf) => {
        const known = actions.filter(({ exDay }) => exDay <= asOf);
        const adjusted = adjustDaily(bars, actions, asOf);
        expect(adjusted).toEqual(adjustDaily(bars, known, asOf));
        if (adjusted !== bars) seen.known++;
        if (known.length < actions.length) seen['of the future']++;
        const [last, all] = [adjusted, adjustDaily(bars, actions, day('2024-11-05'))].map(({ close }) => close[0]);
        if (last !== all) seen['would change']++;
      }),
      { numRuns: 300 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it('keeps the order of open, high, low and close under any factors', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (value) => {
        const { open, high, low, close } = adjustDaily(bars, [{ ...bonus, value }], day('2025-01-01'));
        open.forEach((o, row) => {
          expect(high[row]).toBeGreaterThanOrEqual(Math.max(o, close[row]!));
          expect(low[row]).toBeLessThanOrEqual(Math.min(o, close[row]!));
        });
      }),
    );
  });
});

describe('parseActions', () => {
  const header = 'symbol,ex_date,type,value,ratio_approx,source\n';

  it('reads actions, counts repeats and sets impossible rows aside', () => {
    const parsed = parseActions(
      `${header}RELIANCE,2024-10-28,split_or_bonus,2,2,derived\n` +
        'RELIANCE,2024-10-28,split_or_bonus,2,2,derived\n' +
        'RELIANCE,2024-10-28,split_or_bonus,3,3,derived\n' +
        'ITC,2025-02-30,dividend,6.5,,yahoo\n' +
        'ITC,2025-01-06,merger,1,,yahoo\n' +
        'ITC,2025-01-06,dividend,-6.5,,yahoo\n' +
        'CGCL,2024-01-01,demerger_or_rights,0.25,,derived\n' +
        'itc,2025-01-06,dividend,1,,yahoo\nITC,2025-01-06\n',
      loadCalendar('NSE'),
    );
    expect(parsed.actions).toEqual([{ ...bonus, value: 6, source: 'derived' }]);
    expect(parsed).toMatchObject({ rows: 9, duplicates: 0, combined: 1 });
    expect(parsed.defects.map(({ code, line, field }) => `${line} ${code} ${field}`)).toEqual([
      '3 repeated_action value',
      '5 date ex_date',
      '6 action type',
      '7 action value',
      '8 action value',
      '9 symbol symbol',
      '10 columns ',
    ]);
  });

  it('adds two dividends of one day, multiplies two splits, and asks where two rows say the same', () => {
    const parsed = parseActions(
      `${header}TWO,2024-01-31,dividend,10,,x\nTWO,2024-01-31,dividend,40.3,,x\nTWO,2024-01-31,dividend,0.1,,x\n` +
        'SPLITS,2024-01-31,split,2,,x\nSPLITS,2024-01-31,split,5,,x\nSPLITS,2024-01-31,bonus,2,,x\n' +
        'SAME,2024-01-31,dividend,10,,x\nSAME,2024-01-31,dividend,10.001,,x\n' +
        'APART,2024-01-31,dividend,10,,x\nAPART,2024-01-31,dividend,10,,y\nAPART,2024-01-31,dividend,11,,y\n',
      loadCalendar('NSE'),
    );
    expect(parsed.actions.map(({ symbol, kind, value }) => `${symbol} ${kind} ${value}`)).toEqual([
      'TWO dividend 50.4',
      'SPLITS split 10',
      'SPLITS bonus 2',
      'SAME dividend 10',
      'APART dividend 10',
    ]);
    expect(parsed).toMatchObject({ rows: 11, combined: 3, duplicates: 1 });
    expect(parsed.defects.map(({ code, line, message }) => `${line} ${code} ${message}`)).toEqual([
      expect.stringMatching(/^9 repeated_action the same dividend stands in the file twice.*20.001/),
      expect.stringMatching(/^12 duplicate_conflict /),
    ]);
  });

  it('are of the share whatever ending its symbol has, and none of another exchange', () => {
    const rows = 'ABC.NS,2024-01-31,split,2\nABC-EQ,2024-02-28,split,2\nABC.BO,2024-01-31,split,5\n';
    const { actions, defects } = parseActions(`${header}${rows}`, loadCalendar('NSE'));
    expect(actions.map(({ symbol, value }) => `${symbol} ${value}`)).toEqual(['ABC 2', 'ABC 2']);
    expect(defects.map(({ code, line }) => [code, line])).toEqual([['other_exchange', 4]]);
  });

  it('keeps actions in the store: merged by key, sorted, unchanged ones not counted', async () => {
    const ports = makeFixturePorts();
    expect(await saveActions(ports, 'NSE', [bonus], ORIGIN)).toBe(1);
    expect(await saveActions(ports, 'NSE', [bonus], ORIGIN)).toBe(0);
    const older: CorporateAction = { ...bonus, exDay: day('2017-09-07') };
    expect(await saveActions(ports, 'NSE', [older, { ...bonus, value: 2.5 }], ORIGIN)).toBe(2);
    const stored = await loadActions(ports, 'NSE');
    expect(stored.map(({ exDay, value }) => `${fromEpochDay(exDay)} ${value}`)).toEqual([
      '2017-09-07 2',
      '2024-10-28 2.5',
    ]);
    expect(await loadActions(ports, 'US')).toEqual([]);
  });
});

it('two imports at once lose no action and no instrument', async () => {
  const ports = makeFixturePorts();
  const action = (symbol: string): CorporateAction => ({ symbol, exDay: 20_000, kind: 'dividend', value: 5 });
  await Promise.all(['A', 'B', 'C'].map((symbol) => saveActions(ports, 'NSE', [action(symbol)], ORIGIN)));
  expect((await loadActions(ports, 'NSE')).map(({ symbol }) => symbol)).toEqual(['A', 'B', 'C']);
  await Promise.all(['A', 'B', 'C'].map((symbol) => saveInstruments(ports, 'NSE', [{ symbol, series: 'EQ' }])));
  expect((await loadInstruments(ports, 'NSE')).map(({ symbol }) => symbol)).toEqual(['A', 'B', 'C']);
});
