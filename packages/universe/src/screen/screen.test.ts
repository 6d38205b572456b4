import { describe, expect, it } from 'vitest';
import { FEATURE_NODES, sliceColumns, type Series } from '@aion/features';
import { randomBars, seriesOf } from '../../../features/test/fixture-bars.ts';
import { FAILED, makeScanTable, MET, readReferences, UNKNOWN, type ScanTable } from '../rules/index.ts';
import {
  loadScanSet,
  makeScanSet,
  READY_SCANS,
  ScannerConfig,
  scanOf,
  type WrittenPreset,
  type WrittenScan,
} from '../scans/index.ts';
import {
  columnsOfSet,
  cutUniverse,
  decodeScanTable,
  encodeScanTable,
  makeRowReader,
  makeScanBook,
  runScreen,
  ScanBook,
  verdictOf,
} from './index.ts';

const ready = loadScanSet(ScannerConfig.parse({}));
const SYMBOLS = Array.from({ length: 40 }, (_, i) => `S${String(i).padStart(2, '0')}`);
const BARS = 320;
const barsOf = (symbol: string) => randomBars(`screen ${symbol}`, BARS);

/** A symbol's series as it stood at the close of a bar. */
function seriesAt(symbol: string, bar: number): Series {
  const bars = barsOf(symbol);
  return seriesOf(sliceColumns(bars, 0, bar + 1));
}

function tableAt(bar: number): ScanTable {
  const columns = columnsOfSet(ready);
  const read = makeRowReader(columns);
  return makeScanTable(columns, SYMBOLS.map((symbol) => read(symbol, seriesAt(symbol, bar)))); // prettier-ignore
}

/** Columns whose value at a bar is another once the next bar is known. */
function changedByNextBar(columns: readonly string[], read: ReturnType<typeof makeRowReader>, bar: number): string[] {
  const pairs = SYMBOLS.map((symbol) => ({
    now: read(symbol, seriesAt(symbol, bar)).now,
    later: read(symbol, seriesAt(symbol, bar + 1)).before,
  }));
  return columns.filter((_, at) => pairs.some(({ now, later }) => !Object.is(later[at], now[at])));
}

describe('the ready scans', () => {
  it('are more than thirty, each with a title, a meaning and a name of its own', () => {
    expect(READY_SCANS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(ready.scans.map(({ title }) => title)).size).toBe(ready.scans.length);
    for (const { meaning } of ready.scans) expect(meaning).toMatch(/^[A-Z].{15,}\.$/);
  });

  it('each decide over a market, and together pass and fail something', () => {
    const screen = runScreen(tableAt(BARS - 1), ready);
    let matched = 0;
    for (const { id } of ready.scans) {
      const { states, rows } = screen.found.get(id)!;
      expect(states.every((state) => state === MET || state === FAILED || state === UNKNOWN)).toBe(true);
      expect(
        states.some((state) => state !== UNKNOWN),
        id,
      ).toBe(true);
      matched += rows.length;
    }
    expect(matched).toBeGreaterThan(100);
    expect(ready.scans.filter(({ id }) => screen.found.get(id)!.rows.length > 0).length).toBeGreaterThan(35);
  });

  it('read nothing that comes after the bar', () => {
    const columns = columnsOfSet(ready);
    const read = makeRowReader(columns);
    for (const bar of [120, 299]) expect(changedByNextBar(columns, read, bar)).toEqual([]);
  });

  it('that read tomorrow would be caught by the same cut', () => {
    const honest = makeRowReader(['close', 'change_frac']);
    const leaking: typeof honest = (symbol, series) => {
      const row = honest(symbol, series);
      // Scaled by the whole sample: what it says of a bar changes with the next.
      const mean = series.close.reduce((sum, close) => sum + close, 0) / series.close.length;
      const scaled = (values: ArrayLike<number>) => Float64Array.from([values[0]! / mean, values[1]!]);
      return { ...row, now: scaled(row.now), before: scaled(row.before) };
    };
    expect(changedByNextBar(['close', 'change_frac'], leaking, 299)).toEqual(['close']);
  });

  it('know why a young symbol has no figures, and never let it pass on one', () => {
    const read = makeRowReader(columnsOfSet(ready));
    const table = makeScanTable(columnsOfSet(ready), [read('YOUNG', seriesOf(randomBars('young', 30)))]);
    const screen = runScreen(table, ready);
    expect(verdictOf(screen, 'trend-template', 0)).toEqual({
      state: 'unknown',
      reasons: [0, 1].map(() => ({ state: 'unknown', title: expect.stringContaining('short_history') as string })),
    });
    for (const { id } of ready.scans) {
      const verdict = verdictOf(screen, id, 0);
      if (verdict.reasons.some(({ state }) => state === 'unknown')) expect(verdict.state, id).not.toBe('matched');
    }
    const first = read('FIRST', seriesOf(randomBars('first', 1)));
    expect(Array.from(first.before).every(Number.isNaN)).toBe(true);
    const bad = seriesOf(randomBars('bad', 300));
    bad.close[299] = Number.NaN;
    const codes = makeScanTable(columnsOfSet(ready), [read('BAD', bad)]);
    expect(verdictOf(runScreen(codes, ready), 'breakout-20', 0).reasons[0]!.title).toContain('bad_bar');
  });
});

const gap = (id: string, than: number): WrittenScan => ({
  id,
  title: `Gap ${id}`,
  meaning: 'A gap of the test.',
  rule: { column: 'gap_frac', is: 'at_least', than },
  order: { column: 'gap_frac', first: 'highest' },
});
const preset = (over: Partial<WrittenPreset>): WrittenPreset => ({
  id: 'p',
  title: 'Preset',
  meaning: 'A preset of the test.',
  order: { column: 'gap_frac', first: 'highest' },
  ...over,
});
const gapTable = (gaps: Readonly<Record<string, number>>) =>
  makeScanTable(
    ['gap_frac', 'close', 'change_frac', 'volume_ratio20'],
    Object.entries(gaps).map(([symbol, value]) => ({
      symbol,
      now: [value, 100, 0.01, 1],
      before: [0, 99, 0, 1],
      absentNow: [Number.isNaN(value) ? 2 : 0, 0, 0, 0],
      absentBefore: [0, 0, 0, 0],
    })),
  );
const table = gapTable({ A: 0.01, B: 0.03, C: 0.03, D: 0.08, E: Number.NaN });
const screenOf = (
  scans: readonly WrittenScan[],
  presets: readonly WrittenPreset[],
  gates: Record<string, string> = {},
) => runScreen(table, makeScanSet(scans, presets), (symbol) => gates[symbol]);
const symbolsOf = (screen: ReturnType<typeof screenOf>, id: string): string[] =>
  screen.found.get(id)!.rows.map((row) => screen.table.symbols[row]!);

describe('a preset', () => {
  const scans = [gap('small', 0.01), gap('middle', 0.02), gap('large', 0.05)];

  it('needs all, any and none as it says, in its order, ties by symbol, cut to its top', () => {
    const screen = screenOf(scans, [
      preset({ id: 'all', all: ['small', 'middle'] }),
      preset({ id: 'any', any: ['middle', 'large'], top: 2 }),
      preset({ id: 'none', all: ['small'], none: ['large'] }),
    ]);
    expect(symbolsOf(screen, 'all')).toEqual(['D', 'B', 'C']);
    expect(symbolsOf(screen, 'any')).toEqual(['D', 'B']);
    expect(symbolsOf(screen, 'none')).toEqual(['B', 'C', 'A']);
    expect(verdictOf(screen, 'any', 2)).toMatchObject({ state: 'cut' });
    expect(verdictOf(screen, 'none', 3).reasons.at(-1)).toEqual({
      state: 'failed',
      title: 'Gap large: matches and must not',
    });
    // What is unknown neither passes nor counts as absent.
    expect(verdictOf(screen, 'none', 4).state).toBe('unknown');
  });

  it('lets nobody through who did not pass the gates, and says which', () => {
    const gates = { D: 'Median turnover too small (3 < 10)' };
    const screen = screenOf(
      scans,
      [preset({ any: ['large'] }), preset({ id: 'open', any: ['large'], gates: false })],
      gates,
    );
    expect(symbolsOf(screen, 'p')).toEqual([]);
    expect(symbolsOf(screen, 'open')).toEqual(['D']);
    expect(verdictOf(screen, 'p', 3)).toMatchObject({
      state: 'gated',
      reasons: [{ state: 'failed', title: 'Gates: Median turnover too small (3 < 10)' }, { state: 'met' }],
    });
  });

  it('cuts a universe and adds nobody to it, although it matches symbols outside', () => {
    const screen = screenOf(scans, [preset({ any: ['small'], gates: false })]);
    expect(symbolsOf(screen, 'p')).toEqual(['D', 'B', 'C', 'A']);
    expect(cutUniverse(['A', 'C', 'E'], screen, 'p')).toEqual(['A', 'C']);
    expect(cutUniverse([], screen, 'p')).toEqual([]);
  });
});

describe('an operator’s own scans', () => {
  const refused = (scans: unknown[], presets: unknown[] = [], universePreset: string | null = null) =>
    expect(() => loadScanSet(ScannerConfig.parse({ scans, presets, universePreset })));

  it('join those that ship', () => {
    const set = loadScanSet(ScannerConfig.parse({ scans: [gap('mine', 0.1)], presets: [preset({ any: ['mine', 'gap-up'] })], universePreset: 'p' })); // prettier-ignore
    expect(scanOf(set, 'mine').family).toBe('own');
    expect(set.scans.length).toBe(READY_SCANS.length + 1);
  });

  it('are refused by name when a rule is nested too deep or too large, and taken up to the limits', () => {
    const leaf = { column: 'close', is: 'above', than: 0 };
    const nested = (depth: number, by: (rule: unknown) => unknown): unknown => {
      let rule: unknown = leaf;
      for (let level = 1; level < depth; level++) rule = by(rule);
      return rule;
    };
    const own = (rule: unknown) => [{ ...gap('mine', 0.1), rule }];
    for (const by of [
      (rule: unknown) => ({ not: rule }),
      (all: unknown) => ({ all: [all] }),
      (any: unknown) => ({ any: [any] }),
    ]) {
      // prettier-ignore
      refused(own(nested(20, by))).not.toThrow();
      for (const depth of [21, 5001])
        refused(own(nested(depth, by))).toThrow('scan "mine" cannot be used: rule: expected at most 20 levels');
    }
    const wide = (count: number) => ({ all: Array.from({ length: count }, () => leaf) });
    refused(own(wide(499))).not.toThrow();
    refused(own(wide(500))).toThrow('scan "mine" cannot be used: rule: expected at most 500 conditions');
    refused(own({ any: [wide(300), wide(300)] })).toThrow('at most 500 conditions');
  });

  it('are refused by name when a column, a scan, a preset or the shape is wrong, or a name is taken', () => {
    refused([{ ...gap('mine', 0.1), rule: { column: 'rsi15x', is: 'below', than: 3 } }]).toThrow(
      /scan "mine": there is no column "rsi15x"; the nearest: /,
    );
    refused([{ ...gap('mine', 0.1), order: { column: 'nowhere', first: 'highest' } }]).toThrow(
      'scan "mine": there is no column "nowhere"',
    );
    refused([{ ...gap('mine', 0.1), title: undefined }]).toThrow('the scan "mine" cannot be used: title');
    refused([{ ...gap('mine', 0.1), order: { column: 'macro_dgs10_level', first: 'highest' } }]).toThrow(
      /^scan "mine": scans cannot read "macro_dgs10_level": it needs macro_dgs10_level, .*; a scan has bars,/,
    );
    refused([{ ...gap('mine', 0.1), rule: { column: 'earnings_yield', is: 'above', than: 0 } }]).toThrow(/no records/);
    refused([], [preset({ any: ['gap-up'], order: { column: 'sentiment_score', first: 'highest' } })]).toThrow(
      'preset "p": scans cannot read "sentiment_score": it needs text_score',
    );
    refused([gap('gap-up', 0.1)]).toThrow('two scans or presets named "gap-up"');
    refused([], [preset({ any: ['gap-upp'] })]).toThrow(
      'preset "p" names an unknown scan "gap-upp"; the nearest: gap-up',
    );
    refused([], [], 'swing-candidate').toThrow('there is no preset "swing-candidate"; the nearest: swing-candidates');
    refused([null]).toThrow('the scan "without an id" cannot be used');
    refused(['text']).toThrow('the scan "without an id" cannot be used');
  });
});

describe('what the columns of a set need', () => {
  it('is no other series for the ready scans, and is known where a column reads one', () => {
    expect(readReferences(columnsOfSet(ready))).toBe(false);
    const reading = FEATURE_NODES.filter(({ references }) => references.length > 0);
    expect(reading.length).toBeGreaterThan(0);
    for (const { columns } of reading) expect(readReferences(['close', columns[0]!.name])).toBe(true);
  });
});

describe('the book of a session', () => {
  const screen = screenOf([gap('small', 0.01)], [preset({ any: ['small'] })]);
  const book = makeScanBook(screen, {
    exchange: 'NSE',
    sessionDate: '2026-02-27',
    simulated: true,
    failed: [],
    table: 'scans/x',
    shareOf: () => ({ name: null, sector: 'Power' }),
  });

  it('holds every match with its figures and reasons, and passes through JSON unchanged', () => {
    expect(ScanBook.parse(JSON.parse(JSON.stringify(book)))).toEqual(book);
    expect(book.entries[0]!.matches[0]).toEqual({
      symbol: 'D',
      values: [0.08],
      reasons: [{ state: 'met', title: 'Gap from the close before is 8 %, at least 1 %' }],
    });
    expect(Object.keys(book.shares)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('and its table as bytes give the same verdicts again; damaged bytes are refused', () => {
    const bytes = encodeScanTable(table, { A: 'Too small' });
    const { table: read, gates } = decodeScanTable(bytes);
    expect(read).toEqual(table);
    // As files and vendors' clients give them: a Buffer that begins anywhere in a pool that others write to.
    const pool = Buffer.alloc(bytes.length + 8, 7);
    pool.set(bytes, 3);
    const pooled = decodeScanTable(pool.subarray(3, 3 + bytes.length)).table;
    pool.fill(9);
    expect(pooled).toEqual(table);
    expect(gates).toEqual({ A: 'Too small' });
    for (const wrong of [bytes.subarray(0, 5), bytes.subarray(0, bytes.length - 1), new Uint8Array(64).fill(200)])
      expect(() => decodeScanTable(wrong)).toThrow('cannot be read');
  });
});
