import { DAY_MS, fromEpochDay, type Rng } from '@aion/core';
import type { FundamentalSnapshot, MacroObservation, NewsItem } from '@aion/market/records';
import type { FeatureRecords } from '@aion/pipeline';

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
