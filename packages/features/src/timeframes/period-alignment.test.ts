import { describe, expect, it } from 'vitest';
import { closedCount, loadCalendar, toMonthly, toWeekly, type DailyBars } from '@aion/market';
import { sliceColumns } from '../columns.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { FEATURE_NODES } from '../catalogue/index.ts';
import { randomBars } from '../../test/fixture-bars.ts';
import { alignTimeframe, MIN_CLOSED_MONTHS } from './alignment.ts';
import { dailySeries } from '../store/daily-series.ts';
import { makeReferences } from '../store/references.ts';

const calendar = loadCalendar('NSE');

/** A share that trades on the exchange's sessions, but for some of them. */
function share(sessions: number, missing: (i: number) => boolean): DailyBars {
  const days: number[] = [];
  for (let day = 17_500; days.length < sessions; day++) {
    if (calendar.isSessionDay[day - calendar.firstDay] === 1) days.push(day);
  }
  const kept = days.filter((_, i) => !missing(i));
  return { symbol: 'A', sessionDay: Int32Array.from(kept), ...randomBars('share', kept.length) };
}

const engine = makeFeatureEngine(FEATURE_NODES, ['tf_week', 'tf_month', 'tf_day']);

describe('alignment of weeks and months', () => {
  it('at every day is that of the bars that had closed by then, resampled afresh', () => {
    // Holidays at the ends of weeks, and a share that is halted over them.
    const raw = share(900, (i) => i % 37 === 4 || (i > 300 && i < 330));
    const series = dailySeries(raw, raw.sessionDay.at(-1)!, { actions: [], references: makeReferences(calendar) });
    const values = engine.compute(series);
    let compared = 0;
    for (let t = 0; t < series.close.length; t += 3) {
      const day = raw.sessionDay[t]!;
      const cut: DailyBars = {
        symbol: 'A',
        sessionDay: raw.sessionDay.subarray(0, t + 1),
        ...sliceColumns(raw, 0, t + 1),
      };
      for (const [name, bars, least] of [
        ['tf_week', toWeekly(cut, calendar), 20],
        ['tf_month', toMonthly(cut, calendar), MIN_CLOSED_MONTHS],
      ] as const) {
        const expected = alignTimeframe(sliceColumns(bars, 0, closedCount(bars, day)), least);
        const value = values[name]![t]!;
        if (expected.kind === 'missing') expect(value).toBeNaN();
        else {
          expect(value, `${name} ${t}`).toBe(expected.value);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(400);
  });

  it('goes on from a saved state inside a week', () => {
    const raw = share(500, () => false);
    const series = dailySeries(raw, raw.sessionDay.at(-1)!, { actions: [], references: makeReferences(calendar) });
    const whole = Object.fromEntries(
      Object.entries(engine.compute(series)).map(([name, column]) => [name, [...column]]),
    );
    for (const cut of [1, 300, 301, 302, 303, 304]) {
      const run = engine.start();
      run.advance(series, 0, cut);
      const values = engine.resume(run.save()).advance(series, cut, 500);
      for (const name of ['tf_week', 'tf_month'])
        expect([...values[name]!.slice(cut)]).toEqual(whole[name]!.slice(cut));
    }
  });

  it('says that the history is short, not that a value is undefined', () => {
    const raw = share(60, () => false);
    const series = dailySeries(raw, raw.sessionDay.at(-1)!, { actions: [], references: makeReferences(calendar) });
    const values = engine.compute(series);
    expect(engine.absences(series, values, 59)).toEqual(['short_history', 'short_history', undefined]);
  });
});
