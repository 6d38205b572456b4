import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FullPlan, LatestSignals, Signal, type ScanRow } from '@aion/contracts';
import { readCsv } from '../../api/test/read-csv.ts';
import { scanCsv } from './scans-csv.ts';
import { signalsCsv } from './signals-csv.ts';

const common = {
  id: 'a',
  exchange: 'NSE',
  currency: 'INR',
  rank: 1,
  symbol: 'TCS',
  name: 'Tata',
  sector: 'IT',
  sessionDate: '2026-02-27',
  publishedAt: '2026-02-27T12:00:00.000Z',
  status: 'ACTIVE',
  badges: ['SIMULATED'],
} as const;
const prices = { entryLowMinor: 9_900, entryHighMinor: 10_050, stopMinor: 9_730 };
const plan = {
  ...prices,
  firstTargetMinor: 10_450,
  stopBasis: 'range',
  targetsMinor: [10_450, 11_200],
  targetBasis: 'band',
  rewardRiskRatio: 1.25,
  validUntil: '2026-03-06',
} as const;
const full = {
  access: 'full',
  ...common,
  confidence: 0.61,
  votes: [],
  failProb: 0.4,
  vetoDecision: 'pass',
  smcFlags: [],
  reasons: [],
  readiness: { state: 'WAIT', reasons: [], asOf: '2026-02-27T12:00:00.000Z' },
  lastCloseMinor: 10_000,
  sparkMinor: [],
} as const;
const SIGNALS = {
  'full BUY': Signal.parse({ ...full, side: 'BUY', plan: FullPlan.parse(plan) }),
  'full SELL': Signal.parse({ ...full, side: 'SELL', plan: null, readiness: null }),
  'basic BUY': Signal.parse({ access: 'basic', ...common, side: 'BUY', plan: { ...prices, firstTargetMinor: 10_450 } }),
  'basic SELL': Signal.parse({ access: 'basic', ...common, side: 'SELL', plan: null }),
};

const listOf = (signals: readonly Signal[]): LatestSignals =>
  LatestSignals.parse({
    exchange: 'NSE',
    sessionDate: '2026-02-27',
    revision: 1,
    runId: 'r',
    snapshotId: 's',
    publishedAt: '2026-02-27T12:00:00.000Z',
    tier: 'elite',
    badges: [],
    regime: {
      trend: 'up',
      volatility: 'calm',
      riskOn: true,
      breadthFrac: 0.5,
      advancers: 1,
      decliners: 1,
      index: null,
      volatilityIndex: null,
    },
    run: {
      symbolsRead: 1,
      quarantinedRows: 0,
      quarantined: [],
      universe: 1,
      rejected: [],
      buy: 1,
      sell: 1,
      hold: 0,
      held: [],
      signalsHash: 'h',
    },
    total: signals.length,
    gated: null,
    readinessAsOf: null,
    signals,
    nextCursor: null,
  });
const csv = (signals: readonly Signal[]): string => signalsCsv(listOf(signals), 'Asia/Kolkata');
/** The rows under the two remarks and the header, by the header's names. */
function rowsOf(text: string): Record<string, string>[] {
  const [session, disclaimer, header, ...rows] = readCsv(text);
  expect([session!.length, disclaimer!.length]).toEqual([1, 1]);
  return rows.map((row) => {
    expect(row).toHaveLength(header!.length);
    return Object.fromEntries(header!.map((name, i) => [name, row[i]!]));
  });
}

/** What a spreadsheet runs: a cell that begins so and is no plain number. */
const runs = (text: string): boolean =>
  /^[=+\-@\t\r\n]/.test(text) && !(text.trim() === text && Number.isFinite(Number(text)));
const text = fc.oneof(
  fc.constantFrom(
    '=1+1',
    '+A1',
    '-A1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://x","a, b")',
    '-5',
    '+2.5',
    '"',
    'a\r\nb',
    ',',
  ),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', 'a', '1', ' ', 'ü') }),
);

describe('the signals as CSV', () => {
  it('hold no cell that a spreadsheet runs, and every text comes back whole, BUY and SELL alike', () => {
    const seen: Record<string, number> = {
      ...Object.fromEntries(Object.keys(SIGNALS).map((kind) => [kind, 0])),
      run: 0,
      quoted: 0,
    };
    const kinds = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
    const any = fc
      .record({ kind: fc.constantFrom(...kinds), symbol: text, name: fc.option(text), sector: fc.option(text) })
      .map(({ kind, ...texts }) => ({ kind, texts, signal: { ...SIGNALS[kind], ...texts } }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), (given) => {
        const rows = rowsOf(csv(given.map(({ signal }) => signal)));
        expect(rows).toHaveLength(given.length);
        for (const [i, row] of rows.entries()) {
          const { kind, signal, texts } = given[i]!;
          seen[kind]!++;
          expect(row['side']).toBe(signal.side);
          for (const cell of Object.values(row)) expect(runs(cell), cell).toBe(false);
          for (const [name, value] of Object.entries(texts)) {
            const raw = value ?? '';
            if (runs(raw)) seen['run']!++;
            if (/[",\r\n]/.test(raw)) seen['quoted']!++;
            expect(row[name]).toBe(runs(raw) ? `'${raw}` : raw);
          }
        }
      }),
      { numRuns: 200 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(30);
    // The two oracles tell a writer that escapes nothing.
    expect(runs('=1+1')).toBe(true);
    expect(() => readCsv('a"b,c\r\n')).toThrow('bare cell');
    expect(() => readCsv('"a,b\r\n')).toThrow('does not end');
  });

  it('say of a BUY its prices and of a SELL none, in major units', () => {
    const rows = rowsOf(csv(Object.values(SIGNALS)));
    const said = rows.map(
      ({ side, confidence, entry_low, entry_high, stop, targets, reward_risk, valid_until, readiness }) =>
        [side, confidence, entry_low, entry_high, stop, targets, reward_risk, valid_until, readiness].join('|'),
    );
    expect(said).toEqual([
      'BUY|0.61|99.00|100.50|97.30|104.50 112.00|1.25|2026-03-06|WAIT',
      'SELL|0.61|||||||',
      'BUY||99.00|100.50|97.30|104.50|||',
      'SELL||||||||',
    ]);
    expect(rows[0]).toMatchObject({
      published_exchange_time: '2026-02-27 17:30',
      currency: 'INR',
      labels: 'SIMULATED',
    });
  });

  it('are led by the session and the disclaimer, also where there is no signal', () => {
    expect(rowsOf(csv([]))).toEqual([]);
    expect(csv([])).toMatch(/^"# NSE 2026-02-27 revision 1, live"\r\n"?# .*\r\nrank,symbol,/);
  });
});

describe('the rows of a scan as CSV', () => {
  it('hold no cell that a spreadsheet runs, in figures and reasons neither', () => {
    let ran = 0;
    const row = fc
      .record({ symbol: text, name: fc.option(text), sector: fc.option(text), title: text, figure: text })
      .map(({ title, figure, ...texts }): ScanRow => ({
        rank: 1,
        ...texts,
        closeMinor: 10_000,
        changeFrac: -0.01,
        figures: [{ name: figure, title, value: -1.5, unit: 'number' }],
        reasons: [{ state: 'met', title }],
        alsoIn: ['gap-up'],
      }));
    const about = { exchange: 'NSE', sessionDate: '2026-02-27', badges: [] } as const;
    const scan = { id: 'nr7', kind: 'scan', family: null, title: '', meaning: '', matches: 1, scans: [] } as const;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
        const read = readCsv(scanCsv(about, { ...scan, scans: [] }, rows));
        expect(read).toHaveLength(3 + rows.length);
        for (const cells of read.slice(2)) {
          expect(cells).toHaveLength(read[2]!.length);
          for (const cell of cells) expect(runs(cell), cell).toBe(false);
        }
        ran += rows.filter(({ symbol, name }) => runs(symbol) || runs(name ?? '')).length;
      }),
      { numRuns: 100 },
    );
    expect(ran).toBeGreaterThan(30);
  });
});
