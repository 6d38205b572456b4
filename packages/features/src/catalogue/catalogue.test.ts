import { describe, expect, it } from 'vitest';
import {
  lookAheadViolations,
  rangeViolations,
  resumeViolations,
  settleViolations,
  streamViolations,
  warmUpViolations,
} from '../../test/properties.ts';
import { featureNode, makeFeatureEngine, type FeatureColumn, type FeatureNode } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { scalarKernel, type Kernel, type Series } from '../kernel/index.ts';
import { MARKET_HMM } from '../regime/market-regime.ts';
import { FEATURE_NODES, resolveColumns } from './index.ts';

/** Bars with every reference that a feature of the catalogue reads; bad prices and volumes where asked. */
function seriesWith(seed: string, length: number, broken = false, barsPerSession = 1): Series {
  const bars = seriesOf(randomBars(seed, length), barsPerSession);
  const ends = (days: number): Float64Array =>
    Float64Array.from(bars.sessionDay, (day) => (day % days === days - 1 ? 1 : 0));
  /** Any values within a range. */
  const within = (name: string, low: number, high: number): Float64Array => {
    const { close } = randomBars(`${seed} ${name}`, length);
    return close.map((value) => low + ((high - low) * ((value * 20) % 1000)) / 1000);
  };
  const known: Record<string, Float64Array> = {
    closes_week: ends(7),
    closes_month: ends(30),
    text_score: within('text_score', -1, 1),
    text_momentum: within('text_momentum', -2, 2),
    text_novelty: within('text_novelty', 0, 1),
    text_count: within('text_count', 1, 50),
    text_dispersion: within('text_dispersion', 0, 1),
    breadth: within('breadth', 0, 1),
    fundamental_report_day: Float64Array.from(bars.sessionDay, (day) => day - (day % 91)),
    ...Object.fromEntries(MARKET_HMM.map((name) => [name, within(name, 0, 1)])),
  };
  const names = new Set(FEATURE_NODES.flatMap(({ references }) => references));
  const references = Object.fromEntries(
    [...names].map((name) => [name, known[name] ?? randomBars(`${seed} ${name}`, length).close]),
  );
  if (broken) {
    bars.close[Math.floor(length / 3)] = Number.NaN;
    bars.high[Math.floor(length / 2)] = 0;
    bars.volumeShares[Math.floor(length / 4)] = Number.NaN;
    bars.volumeShares[Math.floor(length / 4) + 1] = -1;
  }
  return { ...bars, references };
}

/** Nodes that daily bars have no value of. */
const WITHIN_SESSIONS = new Set(['clock', 'session_clock']);

describe('every feature of the catalogue', () => {
  it('streams the values of the batch, to the bit, across bad bars', () => {
    expect(streamViolations(FEATURE_NODES, seriesWith('stream', 500, true))).toEqual([]);
  });

  it('streams and looks back alike within sessions of many bars', () => {
    const series = seriesWith('minutes', 300, true, 25);
    expect(streamViolations(FEATURE_NODES, series)).toEqual([]);
    expect(lookAheadViolations(FEATURE_NODES, series, [1, 24, 25, 26, 130, 299])).toEqual([]);
    expect(resumeViolations(FEATURE_NODES, series, [24, 26, 140])).toEqual([]);
  });

  it('goes on from a saved state as if it had never stopped', () => {
    expect(resumeViolations(FEATURE_NODES, seriesWith('resume', 500, true), [1, 13, 127, 333])).toEqual([]);
  });

  it('does not look ahead: cutting the future off changes no value', () => {
    const ends = [1, 2, 30, 57, 100, 171, 256, 300, 399];
    expect(lookAheadViolations(FEATURE_NODES, seriesWith('prefix', 420, true), ends)).toEqual([]);
  });

  it('has its first value at the end of its declared warm-up', () => {
    const waiting = ['smc_premium', 'tf_week', 'tf_month', 'roll_spread60'];
    const daily = FEATURE_NODES.filter((node) => !WITHIN_SESSIONS.has(node.name));
    expect(warmUpViolations(daily, seriesWith('warm-up', 1200), waiting)).toEqual([]);
    const intraday = FEATURE_NODES.filter((node) => WITHIN_SESSIONS.has(node.name));
    const session = ['minute_of_session', 'session_sin', 'session_cos'];
    expect(warmUpViolations(intraday, seriesWith('warm-up', 60, false, 25), session)).toEqual([]);
  });

  it('stays within its declared range', () => {
    expect(rangeViolations(FEATURE_NODES, seriesWith('range', 800, true))).toEqual([]);
  });

  it('has forgotten what is older than its settle bars', () => {
    expect(settleViolations(FEATURE_NODES, seriesWith('settle', 4200), [1, 150, 400])).toEqual([]);
  });

  it('says what it is: a name, a title, a source and a warm-up that settling is not shorter than', () => {
    for (const { columns } of FEATURE_NODES) {
      for (const { name, title, source, low, high, warmUpBars, settleBars } of columns) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(title.length * source.length, name).toBeGreaterThan(0);
        expect(warmUpBars, name).toBeGreaterThan(0);
        if (settleBars !== null) expect(settleBars, name).toBeGreaterThanOrEqual(warmUpBars);
        if (low !== null && high !== null) expect(high, name).toBeGreaterThan(low);
      }
    }
  });
});

describe('names', () => {
  it('give a column, a group, the twelve of the models, or an indicator of its own period', () => {
    expect(resolveColumns(['macd', ' RSI14 ', 'sma37']).columns).toEqual([
      'macd',
      'macd_signal',
      'macd_hist',
      'rsi14',
      'sma37',
    ]);
    expect(resolveColumns(['ta']).columns).toHaveLength(12);
    expect(() => resolveColumns(['rsi14', 'rsi_14'])).toThrow('no feature "rsi_14"');
  });
});

describe('what readers are told of a column', () => {
  const hashOf = (parts: Partial<FeatureColumn>): string =>
    makeFeatureEngine(planted(parts, forgetful), ['planted']).schemaHash;

  it('is no part of the schema, whose hash covers the rest', () => {
    const told = new Set([{}, { unit: 'price' as const }, { placesIn: 'rsi' as const }].map(hashOf));
    expect(told.size).toBe(1);
    const defined = [{}, { high: 1 }, { low: 0 }, { title: 'other' }, { warmUpBars: 2 }, { settleBars: 9 }];
    expect(new Set(defined.map(hashOf)).size).toBe(defined.length);
  });

  it.each([
    ['bb', 'bb50'],
    ['stoch', 'stoch21'],
    ['stochf', 'stochf21'],
    ['aroon', 'aroon30'],
    ['dmi', 'dmi21'],
    ['donchian', 'donchian33'],
    ['rsi14', 'rsi21'],
    ['vwap20', 'vwap21'],
  ])('is the same for %s and for %s', (usual, own) => {
    const told = (asked: string) => {
      const { columns, nodes } = resolveColumns([asked]);
      const all = nodes.flatMap((node) => node.columns);
      return columns
        .map((name) => all.find((column) => column.name === name)!)
        .map(({ unit, placesIn }) => [unit, placesIn]);
    };
    expect(told(own).length).toBeGreaterThan(0);
    expect(told(own)).toEqual(told(usual));
  });
});

/** What is planted below: a column from one formula over the closes. */
function planted(parts: Partial<FeatureColumn>, kernel: Kernel): FeatureNode[] {
  const column = { name: 'planted', title: 'planted', warmUpBars: 1, ...parts };
  return [featureNode({ kernel, source: 'test', columns: [column] })];
}
const sum = (lookAhead: number, forget: boolean): Kernel => {
  // A state of its own keeping: the engine saves the others by itself.
  const { stateLength: _, ...kernel } = scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 1,
    run({ close }, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) {
        state[0]! += close[Math.min(i + lookAhead, close.length - 1)]!;
        out![i] = state[0]!;
      }
    },
  });
  return { ...kernel, saveState: (state) => (forget ? new Float64Array(state.length) : state) };
};
/** Counts bars of this call instead of those that its state has seen. */
const forgetful: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run(_series, _needs, _state, from, to, [out]) {
    for (let i = from; i < to; i++) out![i] = i - from;
  },
});
const scaled: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run({ close }, _needs, _state, from, to, [out]) {
    const top = Math.max(...close);
    for (let i = from; i < to; i++) out![i] = close[i]! / top;
  },
});

describe('a planted violation is caught', () => {
  const series = seriesWith('planted', 120);
  const running = sum(0, false);

  it('a kernel that counts by the call', () => {
    expect(streamViolations(planted({}, forgetful), series)).toHaveLength(1);
    expect(streamViolations(planted({ settleBars: null }, running), series)).toEqual([]);
  });

  it('a kernel that saves less than its state', () => {
    expect(resumeViolations(planted({}, sum(0, true)), series, [60])).toHaveLength(1);
    expect(resumeViolations(planted({}, running), series, [60])).toEqual([]);
  });

  it('a kernel that reads the next bar, or scales by the whole sample', () => {
    expect(lookAheadViolations(planted({}, sum(1, false)), series, [60])).toHaveLength(1);
    expect(lookAheadViolations(planted({}, scaled), series, [60])).toHaveLength(1);
    expect(lookAheadViolations(planted({}, running), series, [60])).toEqual([]);
  });

  it('a warm-up that is declared too long or too short', () => {
    for (const warmUpBars of [2, 3]) expect(warmUpViolations(planted({ warmUpBars }, running), series)).toHaveLength(1);
    expect(warmUpViolations([...resolveNode('rsi14')], series)).toEqual([]);
    expect(warmUpViolations(redeclared('rsi14', { warmUpBars: 14 }), series)).toHaveLength(1);
    expect(warmUpViolations(redeclared('rsi14', { warmUpBars: 16 }), series, ['rsi14'])).toHaveLength(1);
    expect(warmUpViolations(redeclared('rsi14', { warmUpBars: 14 }), series, ['rsi14'])).toEqual([]);
  });

  it('a range that values leave', () => {
    expect(rangeViolations(redeclared('rsi14', { high: 55 }), series)).toHaveLength(1);
    expect(rangeViolations(redeclared('rsi14', {}), series)).toEqual([]);
  });

  it('an average, or a total, that claims to forget at once', () => {
    expect(settleViolations(redeclared('ema20', { settleBars: 20 }), series, [30])).toHaveLength(1);
    expect(settleViolations(redeclared('obv', { settleBars: 1 }), series, [30])).toHaveLength(1);
    expect(settleViolations(redeclared('sma20', { settleBars: 20 }), series, [30])).toEqual([]);
  });
});

const resolveNode = (name: string): FeatureNode[] => FEATURE_NODES.filter((node) => node.name === name);

/** A node of the catalogue that declares something else. */
const redeclared = (name: string, parts: Partial<FeatureColumn>): FeatureNode[] =>
  resolveNode(name).map((node) => ({ ...node, columns: node.columns.map((column) => ({ ...column, ...parts })) }));
