import { fromEpochDay, type Rng } from '@aion/core';
import type { DailyBars, Instrument } from '@aion/market';
import type { FundamentalSnapshot, MacroObservation, NewsItem } from '@aion/market/records/index';
import { panelReferences, type FeatureRecords, type Panel } from '@aion/pipeline';
import { rowsUpTo } from './daily-track.ts';

/** What stands beside instruments, with everything that was ever published about them. */
export interface ReferenceMarket {
  readonly calendar: Parameters<typeof panelReferences>[1];
  readonly daily: readonly DailyBars[];
  readonly index: readonly DailyBars[];
  readonly actions: Panel['actions'];
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly records: FeatureRecords;
}

export interface ReferenceViolation {
  readonly reference: string;
  readonly symbol: string;
  /** The session at which the future was cut off, and the one whose value it changed. */
  readonly cutAt: string;
  readonly sessionDate: string;
}

export interface ReferenceCheck {
  readonly violations: readonly ReferenceViolation[];
  readonly references: number;
  readonly sessions: number;
  /** Reference, instrument and session: at each cut every session before it is compared. */
  readonly triples: number;
  /** Of these, how many had a value. */
  readonly valued: number;
  /** References that had no value anywhere. */
  readonly withoutValues: readonly string[];
}

const KEPT_VIOLATIONS = 100;

/**
 * References as the product makes them (index, regime, sectors, economy, companies, texts), from everything and from what was known at sampled
 * sessions: for each instrument every value up to the cut is the same, to the last bit.
 *
 * @param make how references are made; another one is for planting a leak.
 */
export function checkReferences(
  market: ReferenceMarket,
  sessions: number,
  rng: Rng,
  make: typeof panelReferences = panelReferences,
): ReferenceCheck {
  const { calendar } = market;
  const days = Int32Array.from(
    market.daily.reduce((longest, bars) => (bars.sessionDay.length > longest.sessionDay.length ? bars : longest))
      .sessionDay,
  );
  const cuts = new Set<number>();
  // The last half of the sessions, where everything has values.
  while (cuts.size < Math.min(sessions, days.length >> 1)) cuts.add(days[days.length - 1 - rng.int(days.length >> 1)]!);
  const whole = make(panelAt(market, Infinity), calendar, market.records);
  const wholeOf = new Map(
    market.daily.map(({ symbol, sessionDay }) => [symbol, { sessionDay, columns: whole.of(symbol).on(sessionDay) }]),
  );
  const violations: ReferenceViolation[] = [];
  const names = new Set([...wholeOf.values()].flatMap(({ columns }) => Object.keys(columns)));
  const seen = new Set<string>();
  let triples = 0;
  let valued = 0;
  for (const day of [...cuts].sort((a, b) => a - b)) {
    const panel = panelAt(market, day);
    const cut = make(panel, calendar, knownBy(market.records, closeOf(market, day)));
    for (const { symbol, sessionDay } of panel.daily) {
      const columns = cut.of(symbol).on(sessionDay);
      const { columns: expected } = wholeOf.get(symbol)!;
      for (const reference of names) {
        const [with_, without] = [expected[reference], columns[reference]];
        triples += sessionDay.length;
        for (let i = 0; i < sessionDay.length; i++) {
          const [a, b] = [with_?.[i] ?? Number.NaN, without?.[i] ?? Number.NaN];
          if (!Number.isNaN(b)) {
            valued++;
            seen.add(reference);
          }
          if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
          if (violations.length < KEPT_VIOLATIONS)
            violations.push({ reference, symbol, cutAt: fromEpochDay(day), sessionDate: fromEpochDay(sessionDay[i]!) });
          break;
        }
      }
    }
  }
  return {
    violations,
    references: names.size,
    sessions: cuts.size,
    triples,
    valued,
    withoutValues: [...names].filter((name) => !seen.has(name)).sort(),
  };
}

const closeOf = ({ calendar }: ReferenceMarket, day: number): number => {
  const session = calendar.session(fromEpochDay(day));
  return session.kind === 'closed' ? 0 : session.closeMs;
};

function knownBy(records: FeatureRecords, ms: number): FeatureRecords {
  const known = <T extends { readonly knownMs: number }>(list: readonly T[]): T[] =>
    list.filter(({ knownMs }) => knownMs <= ms);
  return {
    ...records,
    macro: known(records.macro),
    fundamentals: known(records.fundamentals),
    texts: known(records.texts),
  };
}

function panelAt(market: ReferenceMarket, day: number): Panel {
  const last = Math.max(...market.daily.map(({ sessionDay }) => sessionDay.at(-1) ?? 0));
  const sessionDay = day === Infinity ? last : day;
  const actions = [...market.actions].map(
    ([symbol, own]) => [symbol, own.filter(({ exDay }) => exDay <= sessionDay)] as const,
  );
  return {
    sessionDay,
    daily: market.daily.map((bars) => rowsUpTo(bars, sessionDay)).filter((bars) => bars.sessionDay.length > 0),
    index: market.index.map((bars) => rowsUpTo(bars, sessionDay)).filter((bars) => bars.sessionDay.length > 0),
    hourly: new Map(),
    actions: new Map(actions),
    refuted: [],
    instruments: market.instruments,
    renames: [],
    refusedRenames: [],
    accepted: [],
    flags: new Map(),
  };
}

const DAY_MS = 86_400_000;
const WORDS = [
  'record profit',
  'probe opened',
  'beats estimates',
  'default feared',
  'new plant',
  'downgrade',
  'strong orders',
];

/** Invented records whose figures come out weeks after their period and are restated after that. */
export function simulatedRecords(rng: Rng, symbols: readonly string[], fromDay: number, toDay: number): FeatureRecords {
  const base = (id: string, eventDay: number, knownDay: number) => ({
    id,
    source: 'simulated',
    eventMs: eventDay * DAY_MS,
    // Some instant of the day, before a close or after it.
    knownMs: knownDay * DAY_MS + rng.int(DAY_MS),
    provenance: { source: 'simulated', url: '', fetchedMs: 0, sha256: '' },
    redistributable: true,
  });
  const macro: MacroObservation[] = [];
  const wanted = ['DGS10', 'T10Y2Y', 'VIXCLS', 'DTWEXBGS', 'BAMLH0A0HYM2', 'FEDFUNDS', 'CPIAUCSL'];
  for (const series of wanted) {
    const monthly = series === 'CPIAUCSL' || series === 'FEDFUNDS';
    for (let day = Math.ceil(fromDay); day <= toDay; day++) {
      if (monthly ? !fromEpochDay(day).endsWith('-01') : day % 4 !== 0) continue;
      const value = 3 + rng.normal();
      for (const [restated, after] of [1 + rng.int(5), 15 + rng.int(20)].entries()) {
        macro.push({
          ...base(`${series} ${day} ${restated}`, day, day + after),
          kind: 'macro',
          symbols: [],
          series,
          period: fromEpochDay(day),
          value: value + restated * 0.25,
          vintage: 'published',
        });
      }
    }
  }
  const fundamentals: FundamentalSnapshot[] = [];
  const texts: NewsItem[] = [];
  for (const symbol of symbols) {
    for (let day = Math.ceil(fromDay); day <= toDay; day += 91) {
      for (const [restated, after] of [20 + rng.int(20), 60 + rng.int(30)].entries()) {
        const figure = (): number => 1 + rng.next() + restated;
        const metrics = {
          trailingEps: figure(),
          bookValue: 10 * figure(),
          dividendRate: figure(),
          sharesOutstanding: 1e6 * figure(),
          debtToEquity: 50 * figure(),
          returnOnEquity: 0.1 * figure(),
          revenueGrowth: 0.1 * figure(),
        };
        fundamentals.push({
          ...base(`${symbol} ${day} ${restated}`, day, day + after),
          kind: 'fundamental',
          symbols: [symbol],
          currency: 'INR',
          metrics,
        });
      }
    }
    for (let day = Math.ceil(fromDay); day <= toDay; day += 1 + rng.int(6)) {
      const headline = `${symbol}: ${WORDS[rng.int(WORDS.length)]!} ${rng.int(40)}`;
      texts.push({
        ...base(`${symbol} text ${day}`, day - rng.int(3), day),
        kind: 'news',
        symbols: [symbol],
        storyId: `${symbol} ${day}`,
        headline,
        summary: null,
        url: null,
        publisher: null,
      });
    }
  }
  const scorer = (text: string) => ({ score: ((text.length * 7) % 21) / 10 - 1, source: 'simulated' });
  return { macro, fundamentals, texts, scorer };
}

/** The last sessions of a market with records of its own. */
export function referenceMarketOf(
  market: Pick<ReferenceMarket, 'calendar' | 'daily'> & { readonly actions: ReferenceMarket['actions'] },
  index: readonly DailyBars[],
  instruments: ReferenceMarket['instruments'],
  records: FeatureRecords,
  sessions: number,
): ReferenceMarket {
  const lastRows = (bars: DailyBars): DailyBars => {
    const from = Math.max(0, bars.sessionDay.length - sessions);
    const cut = <T extends Float64Array | Int32Array>(column: T): T => column.slice(from) as T;
    return {
      symbol: bars.symbol,
      sessionDay: cut(bars.sessionDay),
      open: cut(bars.open),
      high: cut(bars.high),
      low: cut(bars.low),
      close: cut(bars.close),
      volumeShares: cut(bars.volumeShares),
    };
  };
  return { ...market, daily: market.daily.map(lastRows), index: index.map(lastRows), instruments, records };
}
