import {
  fromEpochDay,
  HOUR_MS,
  MINUTE_MS,
  sha256Hex,
  toEpochDay,
  type Clock,
  type EpochMs,
  type SessionDate,
} from '@aion/core';
import { openTimeMsOf, sliceDailyBars, symbolRuns, type BarTable, type IntradayBars } from '../bars.ts';
import { loadCalendar, type ExchangeCalendar } from '../calendar.ts';
import { UDIFF } from '../parse/layout.ts';
import type { ActionSource, BarRequest, BarSource, MarketFileSource, Provenance } from '../sources/ports.ts';
import { takeRows } from '../table-order.ts';
import type { SimulatedMarket } from './simulate-market.ts';

/** How long after the close the simulated exchange publishes a session's files: about 18:35, so that a run must wait for them. */
const PUBLISHED_AFTER_MS = 3 * HOUR_MS + 5 * MINUTE_MS;
const NAME = 'simulator';
/** Bars of single shares come from a vendor, and give way to the exchange's own. */
const VENDOR = 'simulated_vendor';

/** What the exchange and the vendors of a simulated market give, by the clock of that market: nothing is told before it has happened. */
export interface SimulatedExchange {
  readonly files: MarketFileSource;
  readonly bars: BarSource;
  readonly actions: ActionSource;
}

/**
 * The simulated market as its sources would give it: a bhavcopy and the indices in the evening, hourly bars once they have closed, corporate
 * actions.
 *
 * @example const { files } = makeSimulatedExchange(simulateMarket(options), marketClock);
 */
export function makeSimulatedExchange(market: SimulatedMarket, clock: Pick<Clock, 'nowMs'>): SimulatedExchange {
  const calendar = loadCalendar('NSE');
  const hourly = runsOf(market.hourly);
  const daily = runsOf(market.daily);
  const isins = new Map(market.instruments.map(({ symbol, isin }) => [symbol, isin ?? '']));
  const isPublished = (date: SessionDate): boolean => {
    const session = calendar.session(date);
    return session.kind !== 'closed' && clock.nowMs() >= session.closeMs + PUBLISHED_AFTER_MS;
  };
  const provenanceOf = (url: string, text: string): Provenance => ({
    source: NAME,
    url: `simulator:${url}`,
    fetchedMs: clock.nowMs(),
    sha256: sha256Hex(text),
  });
  const vendor = { name: NAME, exchanges: ['NSE'] } as const;
  const facts = { source: VENDOR, exchange: 'NSE', adjustment: 'none', currency: 'INR', rejected: [] } as const;

  return {
    files: {
      name: NAME,
      exchange: 'NSE',
      async sessionFile(date) {
        const name = `BhavCopy_NSE_CM_0_0_0_${date.replaceAll('-', '')}_F_0000.csv`;
        const rows = isPublished(date) ? rowsOn(market.daily, toEpochDay(date)) : [];
        if (rows.length === 0) return { kind: 'not_published', tried: [name] };
        const text = bhavcopyOf(market.daily, rows, date, isins);
        return { kind: 'published', name, bytes: new TextEncoder().encode(text), provenance: provenanceOf(name, text) };
      },
      async indexBars(date) {
        const rows = isPublished(date) ? rowsOn(market.index, toEpochDay(date)) : [];
        return rows.length === 0 ? null : { table: takeRows(market.index, Int32Array.from(rows)), leftOut: 0 };
      },
    },
    bars: {
      ...vendor,
      async daily({ symbol, from, to }) {
        const { start, end } = daily.get(symbol) ?? { start: 0, end: 0 };
        const all = sliceDailyBars(market.daily, start, end);
        const wanted = Array.from(all.sessionDay.keys()).filter((row) => {
          const date = fromEpochDay(all.sessionDay[row]!);
          const session = calendar.session(date);
          return from <= date && date <= to && session.kind !== 'closed' && session.closeMs <= clock.nowMs();
        });
        const of = (column: Float64Array): Float64Array => Float64Array.from(wanted, (row) => column[row]!);
        const bars = {
          ...{ symbol, sessionDay: Int32Array.from(wanted, (row) => all.sessionDay[row]!), open: of(all.open) },
          ...{ high: of(all.high), low: of(all.low), close: of(all.close), volumeShares: of(all.volumeShares) },
        };
        return { ...facts, bars, provenance: [provenanceOf(`${symbol} ${from} ${to}`, String(wanted.length))] };
      },
      async intraday(request) {
        const bars = closedHours(market.hourly, hourly.get(request.symbol), request, calendar, clock.nowMs());
        const url = `${request.symbol} hourly ${request.from} ${request.to}`;
        return { ...facts, bars, provenance: [provenanceOf(url, String(bars.openTimeMs.length))] };
      },
    },
    actions: {
      ...vendor,
      async actions({ symbol, from, to }) {
        const wanted = market.actions.filter((action) => {
          const date = fromEpochDay(action.exDay);
          return action.symbol === symbol && from <= date && date <= to;
        });
        const actions = wanted.flatMap(({ exDay, kind, value }) =>
          kind === 'split_or_bonus' || kind === 'dividend' ? [{ symbol, exDay, kind, value }] : [],
        );
        return {
          source: NAME,
          actions,
          rejected: [],
          provenance: [provenanceOf(`${symbol} actions`, `${from} ${to}`)],
        };
      },
    },
  };
}

type Run = { readonly start: number; readonly end: number };
const runsOf = (table: BarTable): ReadonlyMap<string, Run> =>
  new Map(symbolRuns(table).map(({ symbol, start, end }) => [symbol, { start, end }]));

function rowsOn(table: BarTable, day: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.sessionDay.length; row++) if (table.sessionDay[row] === day) rows.push(row);
  return rows;
}

function bhavcopyOf(
  table: BarTable,
  rows: readonly number[],
  date: SessionDate,
  isins: ReadonlyMap<string, string>,
): string {
  const lines = rows.map((row) => {
    const symbol = table.symbols[table.symbolIndex[row]!]!;
    const [open, high, low, close] = [table.open[row]!, table.high[row]!, table.low[row]!, table.close[row]!];
    const volume = table.volumeShares[row]!;
    const before = row > 0 && table.symbolIndex[row - 1] === table.symbolIndex[row] ? table.close[row - 1]! : open;
    return (
      `${date},${date},CM,NSE,STK,1,${isins.get(symbol) ?? ''},${symbol},EQ,,,,,${symbol},${open},${high},${low},${close},` +
      `${close},${before},,${close},,,${volume},${Math.round(volume * close)},1,F1,1,,,,,`
    );
  });
  return `${[UDIFF, ...lines].join('\n')}\n`;
}

/** Hourly bars of a range that have closed by now; the last one of a session closes with it. */
function closedHours(
  table: BarTable,
  run: Run | undefined,
  { symbol, from, to }: BarRequest,
  calendar: ExchangeCalendar,
  nowMs: EpochMs,
): IntradayBars {
  const rows: number[] = [];
  for (let row = run?.start ?? 0; row < (run?.end ?? 0); row++) {
    const day = table.sessionDay[row]!;
    const date = fromEpochDay(day);
    if (date < from || date > to) continue;
    const session = calendar.session(date);
    const openMs = openTimeMsOf(day, table.openMinute![row]!, calendar);
    if (session.kind !== 'closed' && Math.min(openMs + HOUR_MS, session.closeMs) <= nowMs) rows.push(row);
  }
  const of = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  return {
    symbol,
    barMinutes: 60,
    openTimeMs: Float64Array.from(rows, (row) =>
      openTimeMsOf(table.sessionDay[row]!, table.openMinute![row]!, calendar),
    ),
    open: of(table.open),
    high: of(table.high),
    low: of(table.low),
    close: of(table.close),
    volumeShares: of(table.volumeShares),
  };
}
