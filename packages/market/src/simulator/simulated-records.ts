import {
  DAY_MS,
  fromEpochDay,
  MINUTE_MS,
  sha256Hex,
  toEpochDay,
  type Clock,
  type EpochMs,
  type Rng,
  type SessionDate,
} from '@aion/core';
import { openTimeMsOf } from '../bars.ts';
import { loadCalendar, type ExchangeCalendar } from '../calendar.ts';
import type { Instrument } from '../instrument.ts';
import { sealRecord, type DataRecord, type FlagName, type RecordKind } from '../records/record.ts';
import type { FlagSource, RecordSource } from '../records/record-source.ts';
import type { FlagList } from '../records/flags.ts';

const NAME = 'simulator';
/** One share in so many is told of on a day. */
const NEWS_PER_DAY = 60;
const TRADES_PER_DAY = 400;
/** Companies report every so many days, each on a day of its own. */
const QUARTER_DAYS = 91;

const HEADLINES = [
  'wins a large order and raises its outlook',
  'beats estimates with record profit',
  'announces a buyback',
  'misses estimates as costs rise sharply',
  'is fined by the regulator',
  'loses a large customer and warns of weaker demand',
  'opens a new plant',
  'appoints a new chief financial officer',
] as const;

export interface SimulatedRecords {
  readonly flags: FlagSource;
  /** News, and trades of insiders. */
  readonly records: RecordSource;
}

/**
 * What is written about the companies of a simulated market: lists of the exchange, days of results, news and insider trades, made up from the
 * seed alone and told by the market's clock. They know nothing of prices: nothing can be learnt from them.
 */
export function makeSimulatedRecords(
  instruments: readonly Instrument[],
  rng: Rng,
  clock: Pick<Clock, 'nowMs'>,
): SimulatedRecords {
  const calendar = loadCalendar('NSE');
  const characters = instruments.map(({ symbol, name }) => characterOf(symbol, name ?? symbol, rng.fork(symbol)));
  const provenance = (url: string) => ({
    source: NAME,
    url: `simulator:${url}`,
    fetchedMs: clock.nowMs(),
    sha256: sha256Hex(url),
  });

  return {
    flags: {
      questions(session) {
        const day = toEpochDay(session);
        const opening = calendar.session(session);
        const fromMs = opening.kind === 'closed' ? openTimeMsOf(day, 9 * 60, calendar) : opening.openMs;
        const list = (flag: FlagName, detailOf: (its: Character) => string | null | undefined): FlagList => ({
          ...{ flag, source: NAME, fromMs, knownMs: clock.nowMs(), provenance: provenance(`${flag} ${session}`) },
          entries: characters.flatMap((its) => {
            const detail = detailOf(its);
            return detail === undefined ? [] : [{ symbol: its.symbol, detail }];
          }),
        });
        return [
          { flags: ['asm'], ask: async () => [list('asm', (its) => stageOf(its, day))] },
          { flags: ['gsm'], ask: async () => [list('gsm', ({ graded }) => (graded ? 'Stage I' : undefined))] },
          { flags: ['fno_ban'], ask: async () => [list('fno_ban', (its) => (isBanned(its, day) ? null : undefined))] },
          {
            flags: ['price_band', 't2t'],
            ask: async () => [
              list('price_band', ({ bandPercent }) => String(bandPercent)),
              list('t2t', ({ tradeToTrade }) => (tradeToTrade ? 'BE' : undefined)),
            ],
          },
        ];
      },
      async results(fromMs, toMs) {
        const records: DataRecord[] = [];
        for (const its of characters) {
          for (let day = dayOf(fromMs); day <= dayOf(toMs); day++) {
            if ((day - its.resultsOffset) % QUARTER_DAYS !== 0) continue;
            const midnight = openTimeMsOf(day, 0, calendar);
            records.push(
              sealRecord({
                ...{ kind: 'flag', flag: 'results', source: NAME, symbols: [its.symbol], redistributable: true },
                ...{ eventMs: midnight, fromMs: midnight, untilMs: midnight + DAY_MS, knownMs: clock.nowMs() },
                ...{
                  detail: 'Financial Results',
                  provenance: provenance(`results ${its.symbol} ${fromEpochDay(day)}`),
                },
              }),
            );
          }
        }
        return { records, rejected: [], provenance: [] };
      },
    },
    records: {
      name: NAME,
      kinds: ['news', 'insider_trade'],
      async fetch({ kind, symbols, fromMs, toMs }) {
        const wanted = new Set(symbols);
        const until = Math.min(toMs, clock.nowMs());
        const records: DataRecord[] = [];
        for (let day = dayOf(fromMs); day <= dayOf(until); day++) {
          for (const its of characters) {
            if (wanted.size > 0 && !wanted.has(its.symbol)) continue;
            const record = recordOf(kind, its, day, calendar);
            if (record !== undefined && record.knownMs >= fromMs && record.knownMs <= until) records.push(record);
          }
        }
        return { records, rejected: [], provenance: [] };
      },
    },
  };
}

interface Character {
  readonly symbol: string;
  readonly name: string;
  readonly resultsOffset: number;
  /** The first day and the length of its time under additional surveillance; null: never. */
  readonly watched: { readonly from: number; readonly days: number; readonly stage: string } | null;
  readonly banOffset: number;
  readonly graded: boolean;
  readonly tradeToTrade: boolean;
  readonly bandPercent: number;
  readonly rng: Rng;
}

function characterOf(symbol: string, name: string, rng: Rng): Character {
  const draw = rng.fork('measures');
  const [watched, graded, tradeToTrade, narrow] = [draw.next(), draw.next(), draw.next(), draw.next()];
  return {
    symbol,
    name,
    resultsOffset: draw.int(QUARTER_DAYS),
    watched:
      watched < 0.06
        ? { from: draw.int(QUARTER_DAYS), days: 10 + draw.int(30), stage: watched < 0.03 ? 'Stage I' : 'Stage II' }
        : null,
    banOffset: draw.int(QUARTER_DAYS * 4),
    graded: graded < 0.005,
    tradeToTrade: tradeToTrade < 0.01,
    bandPercent: narrow < 0.015 ? 5 : narrow < 0.05 ? 10 : 20,
    rng,
  };
}

const stageOf = ({ watched }: Character, day: number): string | undefined =>
  watched !== null && (day - watched.from) % QUARTER_DAYS < watched.days ? watched.stage : undefined;

const isBanned = ({ banOffset }: Character, day: number): boolean => (day - banOffset) % (QUARTER_DAYS * 4) < 3;

const dayOf = (ms: EpochMs): number => Math.floor(ms / DAY_MS);

function recordOf(kind: RecordKind, its: Character, day: number, calendar: ExchangeCalendar): DataRecord | undefined {
  if (kind !== 'news' && kind !== 'insider_trade') return undefined;
  const draw = its.rng.fork(`${kind}/${day}`);
  if (draw.int(kind === 'news' ? NEWS_PER_DAY : TRADES_PER_DAY) !== 0) return undefined;
  const date: SessionDate = fromEpochDay(day);
  const eventMs = openTimeMsOf(day, 8 * 60 + draw.int(12 * 60), calendar);
  const url = `${kind} ${its.symbol} ${date}`;
  const shared = {
    ...{ source: NAME, symbols: [its.symbol], eventMs, knownMs: eventMs + 2 * MINUTE_MS, redistributable: true },
    provenance: { source: NAME, url: `simulator:${url}`, fetchedMs: eventMs + 2 * MINUTE_MS, sha256: sha256Hex(url) },
  };
  if (kind === 'news')
    return sealRecord({
      ...{ ...shared, kind, storyId: url, summary: null, url: null, publisher: 'Simulated News' },
      headline: `${its.name} ${HEADLINES[draw.int(HEADLINES.length)]!}`,
    });
  return sealRecord({
    ...{ ...shared, kind, filingId: url, person: 'A director', role: 'director', currency: 'INR', price: null },
    side: draw.next() < 0.6 ? 'buy' : 'sell',
    shares: 1000 * (1 + draw.int(200)),
  });
}
