import { fromEpochDay, type Rng } from '@aion/core';
import { NO_MEASURES } from '@aion/market/records';
import { panelReferences, type FeatureRecords, type Panel } from '@aion/pipeline';
import { rowsUpTo } from './daily-track.ts';
import type { ReferenceMarket } from './reference-market.ts';

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
    measures: NO_MEASURES,
  };
}
