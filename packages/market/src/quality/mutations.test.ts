import { fromEpochDay } from '@aion/core';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { DailyBars } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import type { RowDefectCode } from '../defects.ts';
import { parseBars } from '../parse/bars-file.ts';
import { detectLayout } from '../parse/layout.ts';
import { openText } from '../parse/text.ts';
import { validateIngest } from '../validation.ts';
import { type AcceptedIssue, type IssueCode, auditDaily, checkSeries, compareSeries } from './index.ts';

const calendar = loadCalendar('NSE');
const NOW_MS = Date.parse('2026-11-21T10:00:00Z');
const SESSIONS = calendar.sessionDays.filter((day) => day > 18_000 && day < 20_000);
const RECORDS_WANTED = 100_000;
let mutated = 0;

/** Small numbers that follow from a seed: fast-check chooses and shrinks the seed. */
function makeDraw(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

// Rows of a file

interface Row {
  symbol: string;
  date: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

const ROWS_PER_FILE = 200;
const HEADER = 'symbol,date,open,high,low,close,volume';
const lineOf = (row: Row): string =>
  [row.symbol, row.date, row.open, row.high, row.low, row.close, row.volume].join(',');

/** Clean rows with unique keys; low < open, close < high, so that every swap of two columns shows. */
function cleanRows(seed: number): Row[] {
  const draw = makeDraw(seed);
  return Array.from({ length: ROWS_PER_FILE }, (_, index) => {
    const low = 100 + draw(100_000);
    const open = low + 1 + draw(500);
    const close = low + 1 + draw(500);
    const high = Math.max(open, close) + 1 + draw(500);
    const price = (ticks: number): string => (ticks / 20).toFixed(2);
    return {
      symbol: `S${index}`,
      date: fromEpochDay(SESSIONS[draw(SESSIONS.length)]!),
      open: price(open),
      high: price(high),
      low: price(low),
      close: price(close),
      volume: String(20_000_000 + draw(1_000_000_000)),
    };
  });
}

function defectsOf(lines: readonly string[]): { codes: RowDefectCode[]; good: number } {
  const text = openText(new TextEncoder().encode(`${HEADER}\n${lines.join('\n')}\n`));
  const match = detectLayout(HEADER);
  if ('code' in text || match.kind !== 'bars') throw new Error('the header is not read');
  const parsed = parseBars(text, match.layout, calendar);
  if ('code' in parsed) throw new Error(parsed.message);
  const checked = validateIngest(parsed, { calendar, nowMs: NOW_MS, oneSession: false });
  if (checked.kind === 'refused') throw new Error(checked.defect.message);
  return { codes: checked.defects.map(({ code }) => code), good: checked.rows.length };
}

const set = (change: (row: Row) => Partial<Row>) => (row: Row) => [lineOf({ ...row, ...change(row) })];

/** Each spoils a row and names the reason that must be given. */
const ROW_OPERATORS: Readonly<Record<string, { code: RowDefectCode; spoil: (row: Row) => string[] }>> = {
  'NaN for a price': { code: 'number', spoil: set(() => ({ close: 'NaN' })) },
  'infinity for a price': { code: 'number', spoil: set(() => ({ high: 'Infinity' })) },
  'minus infinity for a volume': { code: 'number', spoil: set(() => ({ volume: '-inf' })) },
  'an empty price': { code: 'number', spoil: set(() => ({ open: '' })) },
  'a number beyond all numbers': { code: 'number', spoil: set(() => ({ high: '1e9999' })) },
  'a date for a price': { code: 'number', spoil: set(({ date }) => ({ low: date })) },
  'a price of zero': { code: 'price_range', spoil: set(() => ({ close: '0.00' })) },
  'a negative price': { code: 'price_range', spoil: set(({ low }) => ({ low: `-${low}` })) },
  'an absurd price': { code: 'price_range', spoil: set(() => ({ high: '99999999' })) },
  'a negative volume': { code: 'volume_range', spoil: set(({ volume }) => ({ volume: `-${volume}` })) },
  'high and low swapped': { code: 'ohlc_order', spoil: set(({ high, low }) => ({ high: low, low: high })) },
  'open and high swapped': { code: 'ohlc_order', spoil: set(({ open, high }) => ({ open: high, high: open })) },
  'close and low swapped': { code: 'ohlc_order', spoil: set(({ close, low }) => ({ close: low, low: close })) },
  'close and volume swapped': {
    code: 'price_range',
    spoil: set(({ close, volume }) => ({ close: volume, volume: close })),
  },
  'symbol and date swapped': {
    code: 'symbol',
    spoil: set(({ symbol, date }) => ({ symbol: `${date}/`, date: symbol })),
  },
  'a date in the future': { code: 'future_date', spoil: set(() => ({ date: '2026-12-31' })) },
  'a day that does not exist': { code: 'date', spoil: set(({ date }) => ({ date: `${date.slice(0, 4)}-02-30` })) },
  'a date with two readings': { code: 'date', spoil: set(() => ({ date: '03-04-2023' })) },
  'a Sunday': { code: 'no_session', spoil: set(() => ({ date: '2023-06-11' })) },
  'a holiday': { code: 'no_session', spoil: set(() => ({ date: '2023-08-15' })) },
  'a column too few': { code: 'columns', spoil: (row) => [lineOf(row).slice(0, lineOf(row).lastIndexOf(','))] },
  'a column too many': { code: 'columns', spoil: (row) => [`${lineOf(row)},1`] },
  'the row again with other values': {
    code: 'duplicate_conflict',
    spoil: (row) => [lineOf(row), lineOf({ ...row, volume: `${row.volume}1` })],
  },
};

describe('a source that fills holidays', () => {
  it('is told by its rows: each repeats the session before, with its volume or with none', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('same', 'no volume', 'close only'), (seed, way) => {
        // 2023-08-15 was closed, 2023-08-14 was not.
        const rows = cleanRows(seed).map((row) => ({ ...row, date: '2023-08-14' }));
        const filled = rows.map((row) => {
          const flat = { open: row.close, high: row.close, low: row.close, volume: '0' };
          const change = way === 'same' ? {} : way === 'no volume' ? { volume: '0' } : flat;
          return { ...row, date: '2023-08-15', ...change };
        });
        mutated += filled.length;
        const { codes, good } = defectsOf([...rows, ...filled].map(lineOf));
        expect(good).toBe(rows.length);
        expect(codes).toEqual(filled.map(() => 'forward_filled'));
      }),
      { numRuns: 20 },
    );
  });
});

describe('INGEST on 100,000 spoilt records', () => {
  it('raises nothing for clean rows', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rows = cleanRows(seed);
        expect(defectsOf(rows.map(lineOf))).toEqual({ codes: [], good: rows.length });
      }),
      { numRuns: 25 },
    );
  });

  for (const [name, { code, spoil }] of Object.entries(ROW_OPERATORS)) {
    it(`gives every row its reason: ${name} → ${code}`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const rows = cleanRows(seed);
          const lines = rows.flatMap(spoil);
          const { codes, good } = defectsOf(lines);
          mutated += rows.length;
          expect(good).toBe(0);
          expect(codes).toEqual(lines.map(() => code));
        }),
        { numRuns: 25 },
      );
    });
  }
});

// Bars of a series

const SERIES_BARS = 300;

/** A quiet random walk: nothing in it is out of the ordinary. */
function cleanSeries(seed: number, symbol = 'ABC', sessions: ArrayLike<number> = SESSIONS): DailyBars {
  const draw = makeDraw(seed);
  const columns = Array.from({ length: 5 }, () => new Float64Array(SERIES_BARS)) as Float64Array[];
  const [open, high, low, close, volumeShares] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  // In ticks of 0.05, as NSE publishes them.
  let price = 4000 + draw(40_000);
  for (let i = 0; i < SERIES_BARS; i++) {
    const first = Math.round(price * (1 + (draw(200) - 100) / 10_000));
    price = Math.round(price * (1 + (draw(400) - 200) / 10_000));
    open[i] = first / 20;
    close[i] = price / 20;
    high[i] = (Math.max(first, price) + 1 + draw(40)) / 20;
    low[i] = (Math.min(first, price) - 1 - draw(40)) / 20;
    volumeShares[i] = 1000 + draw(1_000_000);
  }
  const sessionDay = Int32Array.from({ length: SERIES_BARS }, (_, i) => sessions[i]!);
  return { symbol, sessionDay, open, high, low, close, volumeShares };
}

const PRICES = ['open', 'high', 'low', 'close'] as const;

function scale(bars: DailyBars, from: number, to: number, factor: number): void {
  for (const name of PRICES) for (let i = from; i < to; i++) bars[name][i]! *= factor;
}
function without(bars: DailyBars, from: number, count: number): DailyBars {
  const keep = (_: number, i: number): boolean => i < from || i >= from + count;
  const { symbol, sessionDay, open, high, low, close, volumeShares } = bars;
  return {
    symbol,
    sessionDay: sessionDay.filter(keep),
    open: open.filter(keep),
    high: high.filter(keep),
    low: low.filter(keep),
    close: close.filter(keep),
    volumeShares: volumeShares.filter(keep),
  };
}
function copyBar(bars: DailyBars, from: number, to: number): void {
  for (const name of [...PRICES, 'volumeShares' as const]) bars[name][to] = bars[name][from]!;
}

/** Each spoils a series somewhere inside and names the one kind of issue that must come of it. */
const SERIES_OPERATORS: Readonly<
  Record<
    string,
    { code: IssueCode; spoil: (bars: DailyBars, at: number, draw: (below: number) => number) => DailyBars | void }
  >
> = {
  'a split that nobody told of': {
    code: 'unexplained_jump',
    spoil: (bars, at, draw) => scale(bars, 0, at, 2 + draw(9)),
  },
  'a consolidation that nobody told of': {
    code: 'unexplained_jump',
    spoil: (bars, at, draw) => scale(bars, at, SERIES_BARS, 2 + draw(9)),
  },
  'another currency from a day on': {
    code: 'unexplained_jump',
    spoil: (bars, at) => scale(bars, at, SERIES_BARS, 1 / 83),
  },
  'a price a third too high for a day': { code: 'price_spike', spoil: (bars, at) => scale(bars, at, at + 1, 1.35) },
  'a split inside a suspension': {
    code: 'jump_over_gap',
    spoil: (bars, at, draw) => {
      scale(bars, 0, at, 3 + draw(8));
      return without(bars, at, 12);
    },
  },
  'a bar in paise': { code: 'bad_print', spoil: (bars, at) => scale(bars, at, at + 1, 100) },
  'a slipped decimal point': { code: 'bad_print', spoil: (bars, at) => scale(bars, at, at + 1, 0.1) },
  'NaN inside': { code: 'not_a_number', spoil: (bars, at, draw) => void (bars[PRICES[draw(4)]!][at] = Number.NaN) },
  'infinity inside': { code: 'not_a_number', spoil: (bars, at) => void (bars.high[at] = Infinity) },
  'a price of zero': { code: 'not_a_number', spoil: (bars, at, draw) => void (bars[PRICES[draw(4)]!][at] = 0) },
  'a negative price': { code: 'not_a_number', spoil: (bars, at) => void (bars.low[at]! *= -1) },
  'a volume that is none': { code: 'not_a_number', spoil: (bars, at) => void (bars.volumeShares[at] = Number.NaN) },
  'high and low swapped': {
    code: 'ohlc_order',
    spoil: (bars, at) => void ([bars.high[at], bars.low[at]] = [bars.low[at]!, bars.high[at]!]),
  },
  'two bars in the wrong order': {
    code: 'out_of_order',
    spoil: ({ sessionDay }, at) => void ([sessionDay[at], sessionDay[at + 1]] = [sessionDay[at + 1]!, sessionDay[at]!]),
  },
  'a day that stands twice': {
    code: 'out_of_order',
    spoil: ({ sessionDay }, at) => void (sessionDay[at] = sessionDay[at - 1]!),
  },
  'the bar of the day before again': { code: 'copied_bar', spoil: (bars, at) => copyBar(bars, at - 1, at) },
  'a few sessions lost': { code: 'missing_bars', spoil: (bars, at, draw) => without(bars, at, 1 + draw(4)) },
  'many sessions lost': { code: 'suspension', spoil: (bars, at, draw) => without(bars, at, 6 + draw(2)) },
  'the newest sessions lost': {
    code: 'stale_series',
    spoil: (bars, _, draw) => without(bars, SERIES_BARS - 1 - draw(15), 20),
  },
  'a series that ends': { code: 'ended_series', spoil: (bars) => without(bars, SERIES_BARS - 30, 30) },
  'ten sessions without trade': {
    code: 'no_trades',
    spoil: (bars, at) => {
      for (let i = at; i < at + 11; i++) {
        for (const name of PRICES) bars[name][i] = bars.close[at]!;
        bars.volumeShares[i] = 0;
      }
    },
  },
};

const context = { calendar, marketLastDay: SESSIONS[SERIES_BARS - 1]! };
const place = fc.record({ seed: fc.integer(), at: fc.integer({ min: 2, max: 270 }) });

describe('POST_ETL on spoilt series', () => {
  it('raises nothing for clean series, alone or as a market', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(checkSeries(cleanSeries(seed), context)).toEqual([]);
        const market = ['A', 'B', 'C', 'D'].map((symbol, i) => cleanSeries(seed + i, symbol));
        const audit = auditDaily(market, { calendar });
        expect(audit.issues).toEqual([]);
        expect(audit.symbols.every(({ score }) => score === 100)).toBe(true);
        expect(audit.days.every(({ score }) => score === 100)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  for (const [name, { code, spoil }] of Object.entries(SERIES_OPERATORS)) {
    it(`names it and nothing else: ${name} → ${code}`, () => {
      fc.assert(
        fc.property(place, ({ seed, at }) => {
          const bars = cleanSeries(seed);
          const spoilt = spoil(bars, at, makeDraw(seed + 7)) ?? bars;
          mutated++;
          const codes = checkSeries(spoilt, context).map((issue) => issue.code);
          const told = codes.filter((found) => code !== 'jump_over_gap' || found !== 'suspension');
          expect(new Set(told)).toEqual(new Set([code]));
        }),
        { numRuns: 40 },
      );
    });
  }

  const MARKET = ['A', 'B', 'C', 'D', 'E'];
  const days = (seed: number, spoil: (market: DailyBars[]) => DailyBars[]) =>
    auditDaily(spoil(MARKET.map((symbol, i) => cleanSeries(seed + i, symbol))), { calendar });

  it('finds a session that is missing for all, once, and not for each symbol', () => {
    fc.assert(
      fc.property(place, ({ seed, at }) => {
        const audit = days(seed, (market) => market.map((bars) => without(bars, at, 1)));
        mutated += MARKET.length;
        expect(audit.issues.map(({ code, day }) => [code, day])).toEqual([['missing_session', SESSIONS[at]]]);
        expect(audit.days.find(({ day }) => day === SESSIONS[at])!.score).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('finds a session that repeats the one before', () => {
    fc.assert(
      fc.property(place, ({ seed, at }) => {
        const audit = days(seed, (market) => {
          for (const bars of market) copyBar(bars, at - 1, at);
          return market;
        });
        mutated += MARKET.length;
        expect(new Set(audit.issues.map(({ code }) => code))).toEqual(new Set(['copied_session', 'copied_bar']));
      }),
      { numRuns: 25 },
    );
  });

  it('finds a session that repeats an older one', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 2, max: 10 }), ({ seed, at }, lag) => {
        const to = Math.max(at, 12);
        const audit = days(seed, (market) => {
          for (const bars of market) copyBar(bars, to - lag, to);
          return market;
        });
        mutated += MARKET.length;
        const copied = audit.issues.filter(({ code }) => code === 'copied_session');
        expect(copied.map(({ day }) => day)).toEqual([SESSIONS[to]]);
        expect(copied[0]!.message).toContain(`those of ${lag} sessions before`);
      }),
      { numRuns: 25 },
    );
  });

  it('finds bars on a day on which the exchange was closed, and says when they are copies', () => {
    let examined = 0;
    fc.assert(
      fc.property(place, ({ seed, at }) => {
        const holiday = SESSIONS.findIndex((day, i) => i >= at && SESSIONS[i + 1]! > day + 1);
        if (holiday < 0 || holiday > SERIES_BARS - 3) return;
        examined++;
        const audit = days(seed, (market) =>
          market.map((bars) => {
            for (let i = SERIES_BARS - 1; i > holiday + 1; i--) copyBar(bars, i - 1, i);
            copyBar(bars, holiday, holiday + 1);
            const sessionDay = Int32Array.from(bars.sessionDay, (day, i) =>
              i <= holiday ? day : i === holiday + 1 ? SESSIONS[holiday]! + 1 : bars.sessionDay[i - 1]!,
            );
            return { ...bars, sessionDay };
          }),
        );
        mutated += MARKET.length;
        const closed = audit.issues.filter(({ code }) => code === 'closed_day');
        expect(closed).toHaveLength(1);
        expect(closed[0]!.message).toMatch(/most of them copies of the session before/);
      }),
      { numRuns: 25 },
    );
    expect(examined).toBeGreaterThan(15);
  });
});

describe('an accepted finding', () => {
  it('stays accepted under a later split and another name, and not with other values', () => {
    fc.assert(
      fc.property(place, ({ seed, at }) => {
        const bars = cleanSeries(seed);
        scale(bars, at, at + 1, 2);
        const found = (series: DailyBars, accepted: readonly AcceptedIssue[] = []) =>
          auditDaily([series], { calendar, accepted }).issues.filter(({ code }) => code === 'bad_print');
        const [issue] = found(bars);
        const said = { code: 'bad_print', symbol: 'ABC', day: issue!.day!, message: issue!.message };
        expect(found(bars, [said])).toEqual([]);
        const halved = cleanSeries(seed);
        scale(halved, at, at + 1, 2);
        scale(halved, 0, SERIES_BARS, 0.5);
        expect(found(halved, [said])).toEqual([]);
        expect(found({ ...bars, symbol: 'XYZ' }, [{ ...said, symbol: 'XYZ' }])).toEqual([]);
        scale(bars, at, at + 1, 3);
        expect(found(bars, [said])).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });
});

describe('two sources', () => {
  const lies: Readonly<Record<string, { code: IssueCode; lie: (bars: DailyBars, at: number) => void }>> = {
    'a source that lies consistently': { code: 'source_scale', lie: (bars) => scale(bars, 0, SERIES_BARS, 1.07) },
    'a source that gives another currency': {
      code: 'source_scale',
      lie: (bars) => scale(bars, 0, SERIES_BARS, 1 / 83),
    },
    'a source whose dates are one session early': {
      code: 'source_shift',
      lie: (bars) => {
        for (let i = 0; i < SERIES_BARS - 1; i++) copyBar(bars, i + 1, i);
      },
    },
    'a source whose dates are one session late': {
      code: 'source_shift',
      lie: (bars) => {
        for (let i = SERIES_BARS - 1; i > 0; i--) copyBar(bars, i - 1, i);
      },
    },
    'a source that lacks a split': { code: 'source_basis', lie: (bars, at) => scale(bars, 0, 10 + (at % 100), 2) },
    'a source with one wrong close': { code: 'source_disagreement', lie: (bars, at) => scale(bars, at, at + 1, 1.02) },
  };
  for (const [name, { code, lie }] of Object.entries(lies)) {
    it(`are told apart: ${name} → ${code}`, () => {
      fc.assert(
        fc.property(place, ({ seed, at }) => {
          const other = cleanSeries(seed);
          lie(other, at);
          mutated++;
          const { issues } = compareSeries(cleanSeries(seed), other);
          expect(new Set(issues.map((issue) => issue.code))).toEqual(new Set([code]));
          expect(compareSeries(cleanSeries(seed), cleanSeries(seed)).issues).toEqual([]);
        }),
        { numRuns: 25 },
      );
    });
  }
});

afterAll(() => {
  expect(mutated).toBeGreaterThanOrEqual(RECORDS_WANTED);
});
