import { describe, expect, it } from 'vitest';
import { makeRng } from '@aion/core';
import {
  dailySeries,
  FEATURE_NODES,
  featureNode,
  makeFeatureEngine,
  makeReferences,
  resolveColumns,
  scalarKernel,
} from '@aion/features';
import { panelReferences } from '@aion/pipeline';
import { loadScanSet, ScannerConfig } from '@aion/universe';
import {
  checkFeatures,
  checkReferences,
  checkScans,
  checkWarmUp,
  PLANTED_LEAKS,
  simulatedLookAheadMarket,
  tracksOf,
} from './index.ts';
import { testEveryFeature, testEveryScan } from '../../test/every-feature.ts';

const market = simulatedLookAheadMarket(makeRng('look-ahead'));
const { columns, nodes } = resolveColumns(['all']);
const rng = () => makeRng('samples');

// At a few bars each; more of them are in the long form.
testEveryFeature(market, 12);
testEveryScan(market, 12);

describe('look-ahead check', () => {
  it.each(PLANTED_LEAKS)('catches a planted leak: $kind', ({ node, market: changed }) => {
    const engine = makeFeatureEngine([...FEATURE_NODES, node], ['rsi14', node.columns[0]!.name]);
    const tracks = tracksOf(changed(market), ['1D']);
    const check = checkFeatures({ engine, tracks, barsPerTimeframe: 80, rng: rng() });
    expect(check.violationCount).toBeGreaterThan(5);
    expect(new Set(check.violations.map(({ feature }) => feature))).toEqual(new Set([node.columns[0]!.name]));
  });

  it('catches prices that were adjusted with a split of later', () => {
    const track = tracksOf(market, ['1D']).find(({ exDateBars }) => exDateBars.some((bar) => bar > 150));
    const whole: typeof track = {
      ...track!,
      // Everything adjusted as of the last bar: what a careless reader of adjusted prices does.
      whole: (engine) => {
        const values = engine.compute(track!.cutAt(track!.bars - 1));
        return Object.fromEntries(Object.entries(values).map(([name, column]) => [name, column.slice()]));
      },
    };
    const engine = makeFeatureEngine(FEATURE_NODES, ['ema50', 'rsi14']);
    const check = checkFeatures({ engine, tracks: [whole], barsPerTimeframe: 100, rng: rng() });
    expect(new Set(check.violations.map(({ feature }) => feature))).toContain('ema50');
  });

  it('catches a week that is taken as closed before its last session', () => {
    const [track] = tracksOf(market, ['1W']);
    const early: typeof track = {
      ...track!,
      whole: (engine) => {
        const values = track!.whole(engine);
        // One bar further than had closed.
        return Object.fromEntries(
          Object.entries(values).map(([name, column]) => [name, column.map((value, i) => column[i + 1] ?? value)]),
        );
      },
    };
    const engine = makeFeatureEngine(FEATURE_NODES, ['ema20']);
    expect(checkFeatures({ engine, tracks: [early], barsPerTimeframe: 60, rng: rng() }).violationCount).toBeGreaterThan(
      30,
    );
  });

  it('catches a scan that reads tomorrow', () => {
    const tomorrow: typeof dailySeries = (raw, asOfDay, beside) => dailySeries(raw, asOfDay + 3, beside);
    const check = checkScans(market, loadScanSet(ScannerConfig.parse({})), 16, rng(), tomorrow);
    expect(check.violations.length).toBeGreaterThan(0);
  });
});

describe('reference check', () => {
  it('finds nothing in what the product lays beside bars, with values in every one of them', () => {
    const check = checkReferences(market.beside, 3, rng());
    expect(check.violations).toEqual([]);
    expect(check.withoutValues).toEqual([]);
    expect(check.valued).toBeGreaterThan(100_000);
  });

  it('catches figures that are joined by their period instead of the instant at which they were known', () => {
    const early: typeof panelReferences = (panel, calendar, records) =>
      panelReferences(panel, calendar, {
        ...records!,
        macro: records!.macro.map((record) => ({ ...record, knownMs: record.eventMs })),
        fundamentals: records!.fundamentals.map((record) => ({ ...record, knownMs: record.eventMs })),
      });
    const found = new Set(checkReferences(market.beside, 3, rng(), early).violations.map(({ reference }) => reference));
    expect([...found].some((name) => name.startsWith('macro_'))).toBe(true);
    expect([...found].some((name) => name.startsWith('fundamental_'))).toBe(true);
  });
});

describe('warm-up check', () => {
  const raw = market.daily[0]!;
  const references = makeReferences(market.calendar, market.referencesKnownAt(Infinity));
  const series = dailySeries(raw, raw.sessionDay.at(-1)!, { actions: market.actions, references });

  it('finds each feature settled when its schema says so', () => {
    const check = checkWarmUp(makeFeatureEngine(nodes, columns), series, rng());
    expect(check.violations).toEqual([]);
    const ema = check.columns.find(({ feature }) => feature === 'ema200')!;
    expect(ema.firstSeen).toBe(200);
    expect(ema.settledAt).toBeGreaterThan(600);
    expect(ema.settledAt).toBeLessThanOrEqual(ema.settleBars!);
  });

  it('catches a warm-up that is stated too late and a memory that is stated too short', () => {
    const sum = scalarKernel({
      outputs: 1,
      lookbackBars: 0,
      stateLength: 1,
      run({ close }, _needs, state, from, to, [out]) {
        for (let i = from; i < to; i++) out![i] = state[0]! += close[i]!;
      },
    });
    const node = featureNode({
      source: 'planted',
      kernel: sum,
      columns: [{ name: 'total', title: 'total', warmUpBars: 5, settleBars: 50 }],
    });
    expect(
      checkWarmUp(makeFeatureEngine([node], ['total']), series, rng()).violations.map(({ message }) => message),
    ).toEqual([
      'its first value came after 1 bars, the schema says 5',
      expect.stringContaining('older bars still change it'),
    ]);
  });
});
