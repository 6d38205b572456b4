import { DAY_MS, fromEpochDay, toEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { readRecordFile, sealRecord, type MacroObservation } from '@aion/market/records';
import { describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../../../market/test/real-data.ts';
import { FEATURE_NODES } from '../catalogue/index.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { makeReferences } from '../store/index.ts';
import { changeOver, zScore } from './moves.ts';
import { macroReferences } from './macro-references.ts';
import { MACRO_SERIES } from './macro-series.ts';

const calendar = loadCalendar('NSE');
const day = (date: string): number => toEpochDay(date);
/** A figure that is known from a date on, at six in the morning in London. */
function figure(
  series: string,
  period: string,
  value: number | null,
  known: string,
  vintage: MacroObservation['vintage'] = 'published',
): MacroObservation {
  const knownMs = day(known) * DAY_MS + DAY_MS / 4;
  const provenance = { source: 'test', url: '', fetchedMs: knownMs, sha256: '' };
  return sealRecord({
    kind: 'macro',
    source: 'test',
    symbols: [],
    eventMs: day(period) * DAY_MS,
    knownMs,
    provenance,
    redistributable: false,
    series,
    period,
    value,
    vintage,
  });
}
const stretch = { calendar, fromDay: day('2024-06-03'), toDay: day('2024-06-14') };
/** A reference by date, where it has values. */
function known(records: readonly MacroObservation[], name: string, over = stretch): Record<string, number> {
  const { sessionDay, close } = macroReferences(records, over)[name]!;
  return Object.fromEntries(
    [...sessionDay].map((one, i) => [fromEpochDay(one), close[i]!]).filter(([, value]) => !Number.isNaN(value)),
  );
}

describe('macro references', () => {
  it('are what was out at the close: neither an unpublished period nor a later revision', () => {
    const records = [
      figure('DGS10', '2024-06-03', 4.4, '2024-06-05'),
      figure('DGS10', '2024-06-04', 4.3, '2024-06-06'),
      figure('DGS10', '2024-06-04', 9.9, '2024-06-12'),
    ];
    const levels = known(records.toReversed(), 'macro_dgs10_level');
    expect(levels['2024-06-04']).toBeUndefined();
    expect([levels['2024-06-05'], levels['2024-06-06'], levels['2024-06-11'], levels['2024-06-12']]).toEqual([
      4.4, 4.3, 4.3, 9.9,
    ]);
  });

  it('change by nothing that becomes known later, for every cut; a reader of the newest version is caught', () => {
    const records = Array.from({ length: 40 }, (_, i) => {
      const period = fromEpochDay(day('2024-05-20') + (i % 20));
      return figure('VIXCLS', period, 10 + i, fromEpochDay(day(period) + (i < 20 ? 1 : 6)));
    });
    const newest = records.map((record) => ({ ...record, knownMs: record.eventMs + DAY_MS }));
    const differences = (read: (upTo: number) => Record<string, number>): number => {
      const whole = read(Infinity);
      return Object.keys(whole).filter((date) => read(day(date))[date] !== whole[date]).length;
    };
    const closeOf = (upTo: number): number => (upTo === Infinity ? upTo : calendarClose(upTo));
    expect(
      differences((upTo) =>
        known(
          records.filter(({ knownMs }) => knownMs <= closeOf(upTo)),
          'macro_vixcls_level',
        ),
      ),
    ).toBe(0);
    // Dates all versions by the period, as one does who forgets when they were out.
    const leaky = (upTo: number) =>
      known(
        newest.filter((_, i) => records[i]!.knownMs <= closeOf(upTo)),
        'macro_vixcls_level',
      );
    expect(differences(leaky)).toBeGreaterThan(0);
  });

  it('prefer what was published to what is assumed, take back what is withdrawn, and end with the series', () => {
    const records = [
      figure('DGS10', '2024-06-03', 4.0, '2024-06-04'),
      figure('DGS10', '2024-06-03', 4.5, '2024-06-05', 'assumed'),
      figure('DGS10', '2024-06-04', 5.0, '2024-06-06', 'assumed'),
      figure('DGS10', '2024-06-04', null, '2024-06-10'),
    ];
    const levels = known(records, 'macro_dgs10_level');
    expect([levels['2024-06-05'], levels['2024-06-06'], levels['2024-06-10']]).toEqual([4.0, 5.0, 4.0]);
    const later = known(records, 'macro_dgs10_level', { ...stretch, toDay: day('2024-07-05') });
    expect(Object.keys(later).at(-1)).toBe('2024-06-24');
  });

  it('compare prices with those of a year before as they were known', () => {
    const records = [
      figure('CPIAUCSL', '2023-04-01', 300, '2023-05-10'),
      figure('CPIAUCSL', '2024-04-01', 309, '2024-05-15'),
      figure('CPIAUCSL', '2023-04-01', 303, '2024-06-05'),
    ];
    const inflation = known(records, 'macro_cpiaucsl_yoy_level');
    expect(inflation['2024-06-04']).toBeCloseTo(0.03, 12);
    expect(inflation['2024-06-05']).toBeCloseTo(309 / 303 - 1, 12);
    expect(known(records.slice(1), 'macro_cpiaucsl_yoy_level')['2024-06-04']).toBeUndefined();
  });

  it('move over sessions, with their year before the stretch', () => {
    const from = day('2022-12-01');
    const records = Array.from({ length: 570 }, (_, i) =>
      figure('DGS10', fromEpochDay(from + i), 3 + Math.sin(i / 9), fromEpochDay(from + i + 1)),
    );
    const made = macroReferences(records, stretch);
    expect([...made['macro_dgs10_z252']!.close].some(Number.isNaN)).toBe(false);
    // The same stretch as a part of a longer one.
    const longer = macroReferences(records, { ...stretch, fromDay: day('2024-05-02') });
    const { sessionDay, close } = longer['macro_dgs10_change63']!;
    expect(close.slice(sessionDay.indexOf(stretch.fromDay))).toEqual(made['macro_dgs10_change63']!.close);
  });

  it('are columns of every instrument, and say where their past may be revised', () => {
    const nodes = FEATURE_NODES.filter(({ name }) => name === 'macro_dgs10');
    const engine = makeFeatureEngine(
      nodes,
      nodes[0]!.columns.map(({ name }) => name),
    );
    for (const { source } of engine.columns) expect(source).toContain('vintage: assumed');
    const references = makeReferences(
      calendar,
      macroReferences([figure('DGS10', '2024-06-03', 4.4, '2024-06-05')], stretch),
    );
    const sessionDay = Int32Array.of(day('2024-06-04'), day('2024-06-05'));
    const series = { ...seriesOf(randomBars('macro', 2)), sessionDay, references: references.on(sessionDay) };
    const values = engine.compute(series);
    expect([...values['macro_dgs10_level']!]).toEqual([NaN, 4.4]);
    expect(engine.absences(series, values, 1)).toEqual([undefined, 'no_reference', 'no_reference', 'no_reference']);
  });
});

const calendarClose = (epochDay: number): number => {
  const session = calendar.session(fromEpochDay(epochDay));
  return session.kind === 'closed' ? Number.NaN : session.closeMs;
};

describe('moves', () => {
  it('are differences and scores against the last values, missing ones left out', () => {
    const values = Float64Array.of(1, 2, NaN, 4, 5, 7);
    expect([...changeOver(values, 2)]).toEqual([NaN, NaN, NaN, 2, NaN, 3]);
    const scores = zScore(values, 5);
    const deviation = Math.sqrt([2, 4, 5, 7].reduce((sum, one) => sum + (one - 4.5) ** 2, 0) / 3);
    expect(scores[5]).toBeCloseTo(2.5 / deviation, 12);
    expect(scores[3]).toBeNaN();
    expect(zScore(Float64Array.of(3, 3, 3), 3)[2]).toBeNaN();
    expect(zScore(Float64Array.of(1, NaN, NaN, NaN, 2), 5)[4]).toBeNaN();
  });
});

describe.skipIf(!hasRealData)('real macro series', () => {
  it('of FRED give every column on nearly every session of a year, but no score where rates stood still', () => {
    const [header, ...rows] = new TextDecoder().decode(realFile('macro_fred_series.csv.gz')).split('\n');
    const wanted = rows.filter((row) => MACRO_SERIES.some(({ series }) => row.startsWith(`${series},202`)));
    const bytes = new TextEncoder().encode([header, ...wanted].join('\n'));
    const file = readRecordFile('macro.csv', bytes, Date.parse('2026-03-10T00:00:00Z'));
    const records = file.records.filter((record) => record.kind === 'macro');
    const made = macroReferences(records, { calendar, fromDay: day('2024-09-02'), toDay: day('2025-08-29') });
    expect(Object.keys(made)).toHaveLength(28);
    for (const [name, { close }] of Object.entries(made)) {
      const there = close.filter((value) => Number.isFinite(value)).length / close.length;
      // The federal funds rate was 5.33 for a year until September 2024.
      expect(there, name).toBeGreaterThan(name === 'macro_fedfunds_z252' ? 0.9 : 0.97);
    }
    const { close } = made['macro_cpiaucsl_yoy_level']!;
    expect(Math.min(...close)).toBeGreaterThan(0.02);
    expect(Math.max(...close)).toBeLessThan(0.04);
  });
});
