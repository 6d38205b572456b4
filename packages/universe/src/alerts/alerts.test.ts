import { DAY_MS } from '@aion/core';
import {
  sealRecord,
  type InsiderTrade,
  type NewsItem,
  type OptionChainSnapshot,
  type SocialPost,
} from '@aion/market/records';
import { describe, expect, it } from 'vitest';
import { makeScanTable, type ScanTable } from '../rules/index.ts';
import { makeScanSet } from '../scans/scan.ts';
import { runScreen } from '../screen/screen.ts';
import {
  Alert,
  alertCorrelationBreak,
  alertInsiderBuying,
  alertOptionsFlow,
  alertPatterns,
  alertSectorRotation,
  alertSentiment,
  prioritise,
  sealAlert,
  type AlertType,
} from './index.ts';

const asOfMs = Date.UTC(2026, 1, 27, 10);
const moment = { sessionDate: '2026-02-27', asOfMs };
const at = { sessionDate: '2026-02-27', atMs: asOfMs };
const provenance = { source: 'test', url: 'test:', fetchedMs: 0, sha256: '' };
const base = (symbol: string, knownMs = asOfMs - 1000) => ({
  source: 'test',
  symbols: [symbol],
  eventMs: knownMs,
  knownMs,
  provenance,
  redistributable: true,
});

const alert = (symbol: string, type: AlertType, score: number, source = 'scan:x') =>
  sealAlert({ symbol, type, score, source, layer: 1, metadata: {}, sessionDate: '2026-02-27', atMs: asOfMs });

describe('an alert', () => {
  it('has the id of what it is about, whatever its figures', () => {
    const one = alert('A', 'price_breakout', 0.5);
    expect(alert('A', 'price_breakout', 0.6).id).toBe(one.id);
    const { id, ...draft } = one;
    expect(sealAlert({ ...draft, atMs: asOfMs + 1, metadata: { trades: 2 } }).id).toBe(id);
    for (const other of [
      { symbol: 'B' },
      { type: 'momentum_shift' as const },
      { source: 'scan:y' },
      { sessionDate: '2026-02-26' },
    ])
      expect(sealAlert({ ...draft, ...other }).id).not.toBe(id);
  });

  it('with a score outside [0, 1] or without a symbol is refused', () => {
    expect(() => alert('A', 'price_breakout', 1.01)).toThrow();
    expect(() => alert('', 'price_breakout', 0.5)).toThrow();
    expect(Alert.safeParse({ ...alert('A', 'price_breakout', 0.5), score: Number.NaN }).success).toBe(false);
  });
});

function weighed(rows: Readonly<Record<string, { turnover: number; place: number; gap?: number }>>): ScanTable {
  const columns = ['dollar_volume20', 'atr_pct_rank252', 'gap_frac'];
  return makeScanTable(
    columns,
    Object.entries(rows).map(([symbol, { turnover, place, gap = 0 }]) => {
      const now = [turnover, place, gap];
      return { symbol, now, before: now, absentNow: [0, 0, 0], absentBefore: [0, 0, 0] };
    }),
  );
}

describe('layer 1', () => {
  it('raises an alert of every match whose scan asks for one, scored by its figure', () => {
    const scan = {
      id: 'gap',
      title: 'Gap',
      meaning: 'A gap.',
      rule: { column: 'gap_frac', is: 'above', than: 0.01 },
      order: { column: 'gap_frac', first: 'highest' },
      alert: { type: 'price_breakout', column: 'gap_frac', from: 0, to: 0.1 },
    } as const;
    const table = weighed({
      A: { turnover: 1, place: 0, gap: 0.05 },
      B: { turnover: 1, place: 0 },
      C: { turnover: 1, place: 0, gap: 0.4 },
    });
    const alerts = alertPatterns(
      runScreen(table, makeScanSet([scan, { ...scan, id: 'quiet', alert: undefined }], [])),
      {
        ...at,
        timeframe: 'hourly',
      },
    );
    expect(alerts.map(({ symbol, type, score, source, layer }) => [symbol, type, score, source, layer])).toEqual([
      ['C', 'price_breakout', 1, 'scan:gap@hourly', 1],
      ['A', 'price_breakout', 0.5, 'scan:gap@hourly', 1],
    ]);
    expect(alerts[0]!.metadata).toMatchObject({ timeframe: 'hourly', gap_frac: 0.4 });
  });
});

describe('layer 1.5', () => {
  const table = weighed({
    CALM: { turnover: 1e9, place: 0 },
    LIVELY: { turnover: 1e9, place: 1 },
    THIN: { turnover: 10, place: 1 },
    NEW: { turnover: Number.NaN, place: 1 },
  });
  const rules = { minTurnover: 1000 };

  it('merges the alerts of a symbol, puts the livelier first and stays within [0, 1]', () => {
    const alerts = ['CALM', 'LIVELY'].flatMap((symbol) => [
      alert(symbol, 'price_breakout', 0.5),
      alert(symbol, 'unusual_volume', 0.5),
    ]);
    const { list } = prioritise(alerts, table, rules);
    expect(list.map(({ symbol, score }) => [symbol, score])).toEqual([
      ['LIVELY', 0.75],
      ['CALM', 0.5625],
    ]);
    expect(list[0]!.types).toEqual(['price_breakout', 'unusual_volume']);
    const many = Array.from({ length: 50 }, (_, i) => alert('LIVELY', 'price_breakout', 1, `scan:${i}`));
    expect(prioritise(many, table, rules).list[0]!.score).toBe(1);
  });

  it('counts the same alert once and a second of a type by half', () => {
    const one = alert('LIVELY', 'price_breakout', 0.5);
    expect(prioritise([one, one], table, rules).list).toMatchObject([{ score: 0.5, alertIds: [one.id] }]);
    const two = [one, alert('LIVELY', 'price_breakout', 0.5, 'scan:y')];
    expect(prioritise(two, table, rules).list[0]!.score).toBe(0.625);
  });

  it('leaves out who is illiquid or of unknown turnover, and says so', () => {
    const alerts = ['THIN', 'NEW', 'ABSENT'].map((symbol) => alert(symbol, 'price_breakout', 1));
    expect(prioritise(alerts, table, rules)).toEqual({
      list: [],
      left: [
        { symbol: 'ABSENT', why: 'median turnover is unknown, at least 1000 needed' },
        { symbol: 'NEW', why: 'median turnover is unknown, at least 1000 needed' },
        { symbol: 'THIN', why: 'median turnover is 10, at least 1000 needed' },
      ],
    });
  });
});

describe('layer 2', () => {
  const trade = (over: Partial<InsiderTrade>): InsiderTrade =>
    sealRecord({
      ...base('A'),
      kind: 'insider_trade',
      filingId: '1',
      person: 'P',
      role: null,
      side: 'buy',
      shares: 10_000,
      price: 1000,
      currency: 'INR',
      ...over,
    } as InsiderTrade);

  it('raises insider buying, higher for more people, and not for grants, sales on balance or what is not known yet', () => {
    const [one] = alertInsiderBuying([trade({})], moment);
    const [two] = alertInsiderBuying([trade({}), trade({ person: 'Q', filingId: '2' })], moment);
    expect(one).toMatchObject({ symbol: 'A', type: 'insider_buying', layer: 2, score: 0.65, atMs: asOfMs - 1000 });
    expect(two!.score).toBeGreaterThan(one!.score);
    expect(alertInsiderBuying([trade({ side: 'other' })], moment)).toEqual([]);
    expect(alertInsiderBuying([trade({}), trade({ side: 'sell', person: 'Q' })], moment)).toEqual([]);
    expect(alertInsiderBuying([trade({ knownMs: asOfMs + 1 })], moment)).toEqual([]);
    expect(alertInsiderBuying([trade({ knownMs: asOfMs - 31 * DAY_MS })], moment)).toEqual([]);
    // One record that was read twice is one trade.
    expect(alertInsiderBuying([trade({}), trade({})], moment)).toEqual([one]);
  });

  it('raises options flow where calls trade against their open interest and the puts', () => {
    const chain = (calls: number, puts: number): OptionChainSnapshot =>
      sealRecord({
        ...base('A'),
        kind: 'option_chain',
        underlying: 100,
        quotes: (['call', 'put'] as const).map((type) => ({
          expiry: '2026-03-26',
          strike: 100,
          type,
          openInterest: 5000,
          volume: type === 'call' ? calls : puts,
          volatilityFrac: null,
          last: null,
        })),
      }) as OptionChainSnapshot;
    expect(alertOptionsFlow([chain(10_000, 2000)], moment)).toMatchObject([{ type: 'options_flow', score: 0.6 }]);
    expect(alertOptionsFlow([chain(10_000, 12_000)], moment)).toEqual([]);
    expect(alertOptionsFlow([chain(2000, 100)], moment)).toEqual([]);
  });

  it('raises good news and posts by the scorer that is handed in, each kind apart', () => {
    const news = (headline: string): NewsItem =>
      sealRecord({
        ...base('A'),
        kind: 'news',
        storyId: headline,
        headline,
        summary: null,
        url: null,
        publisher: null,
      }) as NewsItem;
    const post = sealRecord({ ...base('B'), kind: 'social', postId: '1', channel: null, text: 'great' }) as SocialPost;
    const scorer = (text: string) => ({ score: text.includes('great') ? 0.8 : -0.8 });
    const found = alertSentiment([news('great results'), post], scorer, moment);
    expect(found.map(({ symbol, type, score }) => [symbol, type, score])).toEqual([
      ['A', 'news_sentiment', 0.4],
      ['B', 'social_sentiment', 0.4],
    ]);
    expect(alertSentiment([news('great results'), news('fraud')], scorer, moment)).toEqual([]);
  });

  it('raises a break of the correlation with an index of who does better than it', () => {
    const length = 140;
    const other = Float64Array.from({ length }, (_, i) => 0.01 * Math.sin(i));
    const own = other.map((value, i) => (i >= 120 ? 0.005 - value : value));
    const worse = other.map((value, i) => (i >= 120 ? -0.005 - value : value));
    const pairs = [
      { symbol: 'OWN', own, other },
      { symbol: 'WORSE', own: worse, other },
      { symbol: 'SAME', own: other, other },
      { symbol: 'FLAT', own: new Float64Array(length), other },
      { symbol: 'SHORT', own: own.slice(1), other: other.slice(1) },
    ];
    expect(alertCorrelationBreak(pairs, 'NIFTY50', at)).toMatchObject([
      { symbol: 'OWN', type: 'market_correlation', score: 1 },
    ]);
  });

  it('raises the better half of sectors that moved up the order', () => {
    const members = (sector: string, month: number, quarter: number) =>
      [1, 2, 3].map((place) => ({
        symbol: `${sector}${place}`,
        sector,
        monthReturn: month + place / 1000,
        quarterReturn: quarter,
      }));
    const all = [...members('UP', 0.2, -0.1), ...members('MID', 0.1, 0.1), ...members('OLD', 0, 0.3)];
    expect(alertSectorRotation(all, at)).toMatchObject([{ symbol: 'UP3', type: 'sector_rotation', score: 1 }]);
    expect(alertSectorRotation(members('ALONE', 0.2, 0.1), at)).toEqual([]);
  });
});
