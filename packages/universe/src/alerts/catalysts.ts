import { DAY_MS, type EpochMs, type SessionDate } from '@aion/core';
import type { InsiderTrade, NewsItem, OptionChainSnapshot, SocialPost } from '@aion/market/records';
import { scoreOf, sealAlert, type Alert, type AlertType } from './alert.ts';

/** Judges a text: a score in [−1, 1], above 0 for good news. Handed in by the host. */
export type SentimentScorer = (text: string) => { readonly score: number };

export interface CatalystMoment {
  readonly sessionDate: SessionDate;
  /** Records that became known later are not looked at. */
  readonly asOfMs: EpochMs;
}

const INSIDER_DAYS = 30;
/** Bought value at which the score is one half, in the currency of the trade. */
const HALF_VALUE: Readonly<Record<string, number>> = { INR: 10_000_000, USD: 250_000 };

/**
 * Insiders who bought on balance within thirty days: the more people and the more money, the higher. Grants and exercises are no
 * opinion and do not count; a trade without a price counts as a person without money.
 */
export function alertInsiderBuying(trades: readonly InsiderTrade[], moment: CatalystMoment): Alert[] {
  const known = knownBy(trades, moment, INSIDER_DAYS).filter(({ side }) => side !== 'other');
  return bySymbol(known).flatMap(([symbol, own]) => {
    const valueOf = (trade: InsiderTrade): number => {
      const half = HALF_VALUE[trade.currency];
      return half === undefined ? 0 : (trade.shares * (trade.price ?? 0)) / half;
    };
    const sum = (side: 'buy' | 'sell'): number =>
      own.filter((trade) => trade.side === side).reduce((total, trade) => total + valueOf(trade), 0);
    const buyers = new Set(own.filter(({ side }) => side === 'buy').map(({ person }) => person)).size;
    const sellers = new Set(own.filter(({ side }) => side === 'sell').map(({ person }) => person)).size;
    const net = sum('buy') - sum('sell');
    if (buyers <= sellers || net < 0) return [];
    const score = 1 - (1 / (1 + net)) * 0.7 ** buyers;
    return sealAlert({
      ...common('insider_buying', symbol, own, moment),
      score: scoreOf(score),
      source: 'records:insider_trade',
      metadata: { buyers, sellers, trades: own.length },
    });
  });
}

const MIN_OPEN_INTEREST = 1000;
const USUAL_TURN = 0.5;

/** Option chains whose calls trade unusually against their open interest and against the puts: the newest chain of each symbol. */
export function alertOptionsFlow(chains: readonly OptionChainSnapshot[], moment: CatalystMoment): Alert[] {
  return bySymbol(knownBy(chains, moment, 2)).flatMap(([symbol, own]) => {
    const newest = own.reduce((a, b) => (b.knownMs > a.knownMs ? b : a));
    const sum = (type: 'call' | 'put', field: 'volume' | 'openInterest'): number =>
      newest.quotes.filter((quote) => quote.type === type).reduce((total, quote) => total + quote[field], 0);
    const [calls, puts] = [sum('call', 'volume'), sum('put', 'volume')];
    const interest = sum('call', 'openInterest');
    if (interest < MIN_OPEN_INTEREST || calls <= puts) return [];
    const turn = calls / interest;
    if (turn <= USUAL_TURN) return [];
    return sealAlert({
      ...common('options_flow', symbol, [newest], moment),
      score: scoreOf((1 - USUAL_TURN / turn) * (1 - puts / calls)),
      source: 'records:option_chain',
      metadata: { calls, puts, callOpenInterest: interest, source: newest.source },
    });
  });
}

const NEWS_DAYS = 3;
const MIN_SENTIMENT = 0.2;

/** News or posts of three days that are good on the whole. A text that names no symbol is nobody's. */
export function alertSentiment(
  texts: readonly (NewsItem | SocialPost)[],
  score: SentimentScorer,
  moment: CatalystMoment,
): Alert[] {
  return (['news', 'social'] as const).flatMap((kind) => {
    const known = knownBy(texts, moment, NEWS_DAYS).filter((text) => text.kind === kind);
    return bySymbol(known).flatMap(([symbol, own]) => {
      const scores = own.map((text) => score(wordsOf(text)).score);
      const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
      if (!(mean >= MIN_SENTIMENT)) return [];
      return sealAlert({
        ...common(kind === 'news' ? 'news_sentiment' : 'social_sentiment', symbol, own, moment),
        // One glad post says less than five.
        score: scoreOf(mean * (1 - 0.5 ** own.length)),
        source: `records:${kind}`,
        metadata: { texts: own.length, meanScore: Math.round(1e4 * mean) / 1e4 },
      });
    });
  });
}

const wordsOf = (text: NewsItem | SocialPost): string =>
  text.kind === 'news' ? [text.headline, text.summary ?? ''].join('. ') : text.text;

/** Records known by the moment and not older than so many days; an id counts once. */
function knownBy<T extends { readonly id: string; readonly knownMs: number }>(
  records: readonly T[],
  { asOfMs }: CatalystMoment,
  days: number,
): T[] {
  const known = records.filter(({ knownMs }) => knownMs <= asOfMs && knownMs > asOfMs - days * DAY_MS);
  return [...new Map(known.map((record) => [record.id, record])).values()];
}

function bySymbol<T extends { readonly symbols: readonly string[] }>(records: readonly T[]): [string, T[]][] {
  const found = new Map<string, T[]>();
  for (const record of records) {
    for (const symbol of new Set(record.symbols)) found.set(symbol, [...(found.get(symbol) ?? []), record]);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

const common = (
  type: AlertType,
  symbol: string,
  records: readonly { readonly knownMs: number }[],
  { sessionDate }: CatalystMoment,
) => ({ type, symbol, sessionDate, layer: 2 as const, atMs: Math.max(...records.map(({ knownMs }) => knownMs)) });
