import { toEpochDay } from '@aion/core';
import { instantOf, type Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, numberOf, plainText, toSymbols, webUrl } from '../drafts.ts';
import type { Economics, News, Ratings } from './schema.ts';

const ZONE = 'America/New_York';

/** Date and time as the calendars have them, in New York. */
export function calendarInstant(date: string, time: string): number {
  const [, hours, minutes] = /^(\d{2}):(\d{2})(:\d{2})?$/.exec(time) ?? [];
  if (hours === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return Number.NaN;
  return instantOf(toEpochDay(date), Number(hours) * 60 + Number(minutes), ZONE);
}

export function mapNews(news: News, provenance: Provenance): DraftCollector {
  const all = collectDrafts('benzinga', provenance);
  for (const { id, created, updated, title, teaser, url, author, stocks } of news) {
    const eventMs = Date.parse(created);
    all.add({
      kind: 'news',
      storyId: String(id),
      symbols: toSymbols(stocks.map(({ name }) => name)),
      eventMs,
      // What is fetched is the story as it was updated.
      knownMs: Math.max(eventMs, Date.parse(updated)),
      headline: plainText(title),
      summary: plainText(teaser ?? '') || null,
      url: webUrl(url),
      publisher: author ?? null,
    });
  }
  return all;
}

export function mapRatings({ ratings }: Ratings, provenance: Provenance): DraftCollector {
  const all = collectDrafts('benzinga', provenance);
  for (const rating of ratings) {
    const symbols = toSymbols([rating.ticker]);
    const eventMs = calendarInstant(rating.date, rating.time);
    if (symbols.length === 0) {
      all.reject(`rating ${rating.id}`, `expected a ticker, found "${rating.ticker}"`);
      continue;
    }
    all.add({
      kind: 'rating',
      symbols,
      eventMs,
      knownMs: Math.max(eventMs, rating.updated * 1000),
      firm: rating.analyst ?? 'unknown',
      analyst: rating.analyst_name || null,
      action: (rating.action_company ?? '').toLowerCase() || 'unknown',
      ratingBefore: rating.rating_prior || null,
      ratingAfter: rating.rating_current || null,
      targetBefore: numberOf(rating.pt_prior),
      targetAfter: numberOf(rating.pt_current),
      currency: rating.currency ?? 'USD',
    });
  }
  return all;
}

export function mapEconomics({ economics }: Economics, provenance: Provenance): DraftCollector {
  const all = collectDrafts('benzinga', provenance);
  for (const row of economics) {
    const eventMs = calendarInstant(row.date, row.time);
    const actual = numberOf(row.actual);
    const updatedMs = row.updated * 1000;
    all.add({
      kind: 'economic_event',
      symbols: [],
      eventMs,
      // The figure cannot have been known before its release; that it will be released can.
      knownMs: actual === null ? updatedMs : Math.max(eventMs, updatedMs),
      country: row.country,
      name: row.event_name,
      period: row.event_period || null,
      actual,
      consensus: numberOf(row.consensus),
      prior: numberOf(row.prior),
      unit: row.actual_t || null,
      importance: row.importance ?? null,
    });
  }
  return all;
}
