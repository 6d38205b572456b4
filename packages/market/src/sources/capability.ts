import { type Exchange, EXCHANGES } from '@aion/core';
/** What a source can be asked for. `daily_market` is the whole market's file of a session. */
export type SourceKind =
  | 'daily_market'
  | 'daily_bars'
  | 'intraday_bars'
  | 'actions'
  | 'ticks'
  | 'calendar'
  | 'news'
  | 'ratings'
  | 'economics'
  | 'social'
  | 'fundamentals'
  | 'macro'
  | 'insider'
  | 'options'
  | 'flags';

export const SOURCE_NAMES = [
  'nse',
  'kite',
  'alphavantage',
  'yahoo',
  'alpaca',
  'polygon',
  'benzinga',
  'fred',
  'rss',
  'reddit',
  'x',
  'sec',
] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

export interface SourceCapability {
  readonly name: SourceName;
  readonly title: string;
  readonly kinds: readonly SourceKind[];
  readonly exchanges: readonly Exchange[];
  /** Environment names of the keys without which the source is off. */
  readonly needs: readonly string[];
  /** Requests in a stretch of time that the operator's plan allows; the smallest published one. */
  readonly limit: { readonly requests: number; readonly perMs: number };
  /** Requests of a day, by UTC, that the operator's plan allows. */
  readonly requestsPerDay?: number;
  /** Whether a page may show it to subscribers. */
  readonly redistributable: boolean;
  readonly licence: string;
  /** What the product cannot do without it. */
  readonly costOfAbsence: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Every source with its limits and terms: one table for `aion sources`, `aion doctor` and the composition. */
export const SOURCES: readonly SourceCapability[] = [
  {
    name: 'nse',
    title: 'NSE archives and reports',
    kinds: ['daily_market', 'insider', 'options', 'flags'],
    exchanges: ['NSE'],
    needs: [],
    limit: { requests: 1, perMs: SECOND },
    redistributable: false,
    licence: 'exchange data: own use; showing it needs an agreement with NSE Data',
    costOfAbsence: 'the daily run of the whole market needs an upload by hand',
  },
  {
    name: 'kite',
    title: 'Zerodha Kite Connect',
    kinds: ['daily_bars', 'intraday_bars', 'ticks'],
    exchanges: ['NSE'],
    needs: ['KITE_API_KEY', 'KITE_ACCESS_TOKEN'],
    limit: { requests: 3, perMs: SECOND },
    redistributable: false,
    licence: 'the account holder’s own use',
    costOfAbsence: 'no live NSE ticks, and intraday history only from Yahoo (60 days of 5 minutes, delayed)',
  },
  {
    name: 'alphavantage',
    title: 'Alpha Vantage',
    kinds: ['daily_bars', 'actions', 'fundamentals'],
    exchanges: ['US'],
    needs: ['ALPHA_VANTAGE_API_KEY'],
    limit: { requests: 1, perMs: SECOND },
    requestsPerDay: 25,
    redistributable: false,
    licence: 'free plan: personal use, 25 requests a day',
    costOfAbsence: 'one independent price less for US shares',
  },
  {
    name: 'yahoo',
    title: 'Yahoo Finance',
    kinds: ['daily_bars', 'intraday_bars', 'actions', 'fundamentals'],
    exchanges: EXCHANGES,
    needs: [],
    limit: { requests: 2, perMs: SECOND },
    redistributable: false,
    licence: 'personal use; no agreement behind the endpoint, it may change or close',
    costOfAbsence: 'no fallback for bars and corporate actions, no second opinion on NSE prices',
  },
  {
    name: 'alpaca',
    title: 'Alpaca Market Data',
    kinds: ['daily_bars', 'intraday_bars', 'actions', 'ticks', 'calendar', 'news'],
    exchanges: ['US'],
    needs: ['ALPACA_API_KEY_ID', 'ALPACA_API_SECRET'],
    limit: { requests: 200, perMs: MINUTE },
    redistributable: false,
    licence: 'the account holder’s own use; the free feed is IEX only, so its volume is a part of the market’s',
    costOfAbsence: 'no live US trades, no US news from Alpaca',
  },
  {
    name: 'polygon',
    title: 'Polygon (Massive)',
    kinds: ['daily_bars', 'intraday_bars', 'actions', 'calendar', 'news'],
    exchanges: ['US'],
    needs: ['POLYGON_API_KEY'],
    limit: { requests: 5, perMs: MINUTE },
    redistributable: false,
    licence: 'individual plans: own use',
    costOfAbsence: 'one independent price less for US shares',
  },
  {
    name: 'benzinga',
    title: 'Benzinga',
    kinds: ['news', 'ratings', 'economics'],
    exchanges: ['US'],
    needs: ['BENZINGA_API_KEY'],
    limit: { requests: 5, perMs: SECOND },
    redistributable: false,
    licence: 'as agreed with Benzinga',
    costOfAbsence: 'no analyst ratings and no calendar of economic releases',
  },
  {
    name: 'fred',
    title: 'FRED, Federal Reserve Bank of St. Louis',
    kinds: ['macro'],
    exchanges: ['US'],
    needs: ['FRED_API_KEY'],
    limit: { requests: 2, perMs: SECOND },
    redistributable: true,
    licence: 'public; single series may be third parties’',
    costOfAbsence: 'no macro series newer than those that were imported',
  },
  {
    name: 'rss',
    title: 'RSS and Atom feeds',
    kinds: ['news'],
    exchanges: EXCHANGES,
    needs: [],
    limit: { requests: 1, perMs: SECOND },
    redistributable: false,
    licence: 'headline and link only, as each publisher allows',
    costOfAbsence: 'no free news',
  },
  {
    name: 'reddit',
    title: 'Reddit',
    kinds: ['social'],
    exchanges: EXCHANGES,
    needs: ['REDDIT_CLIENT_ID', 'REDDIT_CLIENT_SECRET'],
    limit: { requests: 100, perMs: MINUTE },
    redistributable: false,
    licence: 'Reddit’s data terms; deleted posts are to be deleted',
    costOfAbsence: 'no sentiment from Reddit',
  },
  {
    name: 'x',
    title: 'X recent search',
    kinds: ['social'],
    exchanges: EXCHANGES,
    needs: ['X_BEARER_TOKEN'],
    limit: { requests: 60, perMs: 15 * MINUTE },
    redistributable: false,
    licence: 'X’s developer agreement; deleted posts are to be deleted',
    costOfAbsence: 'no sentiment from X',
  },
  {
    name: 'sec',
    title: 'SEC EDGAR',
    kinds: ['insider'],
    exchanges: ['US'],
    needs: ['SEC_CONTACT'],
    limit: { requests: 8, perMs: SECOND },
    redistributable: true,
    licence: 'public; callers must name themselves with a mail address',
    costOfAbsence: 'no insider trades of US companies',
  },
];

/** What a source is and can do: its title, the keys it needs, its rate limit, and what its absence costs. */
export const sourceNamed = (name: SourceName): SourceCapability => SOURCES.find((source) => source.name === name)!;

export type Credentials = Readonly<Record<string, string | undefined>>;

export interface SourceStanding {
  readonly on: boolean;
  /** Why it is off; null while it is on. */
  readonly why: string | null;
}

/** Whether a source may be asked: it has its keys and the configuration does not turn it off. */
export function standingOf(
  source: SourceCapability,
  credentials: Credentials,
  disabled: readonly SourceName[],
): SourceStanding {
  if (disabled.includes(source.name)) return { on: false, why: 'turned off by sources.disabled in the configuration' };
  const missing = source.needs.filter((name) => !credentials[name]);
  if (missing.length === 0) return { on: true, why: null };
  return { on: false, why: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set` };
}
