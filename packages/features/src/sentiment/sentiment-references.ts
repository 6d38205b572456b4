import { DAY_MS } from '@aion/core';
import { sessionCloses, type SessionStretch } from '../macro/session-closes.ts';
import type { ReferenceSeries } from '../store/reference-series.ts';
import type { TextScorer } from './sentiment-scorer.ts';
import { makeStoryMemory, type Story, type TextRecord } from './story-memory.ts';

export const SENTIMENT_REFERENCES = [
  'text_score',
  'text_momentum',
  'text_novelty',
  'text_count',
  'text_dispersion',
] as const;

export interface SentimentQuestion extends SessionStretch {
  readonly symbol: string;
  readonly scorer: TextScorer;
  /** By `source`; of one that is not named 1 for news and one half for posts. */
  readonly sourceWeights?: Readonly<Record<string, number>>;
}

const SHORT = { halfLifeDays: 1, reachDays: 5 };
const LONG = { halfLifeDays: 10, reachDays: 30 };
/** Within so many days a story said again is no news. */
const MEMORY_DAYS = LONG.reachDays;

/**
 * What texts about an instrument said, as known at each session's close: the mean score of the stories of five days, weighed by source and fading by
 * half each day; that less the same over thirty days (half-life ten); novelty and number of the stories since the close before; the standard
 * deviation of the five days' scores. NaN where there is no story, or for the deviation fewer than two: silence is no opinion.
 *
 * @param texts all versions (`allVersions`), of any instrument, in any order.
 */
export function sentimentReferences(
  texts: readonly TextRecord[],
  { symbol, scorer, sourceWeights = {}, ...stretch }: SentimentQuestion,
): Record<string, ReferenceSeries> {
  // One session more at the front: its close is where the first one's texts begin.
  const closes = sessionCloses(stretch, 1);
  const sessions = closes.filter(({ day }) => day >= stretch.fromDay);
  const sessionDay = Int32Array.from(sessions, ({ day }) => day);
  const own = texts
    .filter(({ symbols }) => symbols.includes(symbol))
    .sort((a, b) => a.knownMs - b.knownMs || (a.id < b.id ? -1 : 1));
  const weightOf = ({ source, kind }: TextRecord): number => sourceWeights[source] ?? (kind === 'news' ? 1 : 0.5);
  const memory = makeStoryMemory(scorer, weightOf, MEMORY_DAYS * DAY_MS);
  const columns = SENTIMENT_REFERENCES.map(() => new Float64Array(sessions.length));
  let next = 0;
  let closeBefore = closes.length > sessions.length ? closes[0]!.closeMs : -Infinity;
  for (const [at, { closeMs }] of sessions.entries()) {
    for (; next < own.length && own[next]!.knownMs <= closeMs; next++) memory.learn(own[next]!);
    const values = summarise(memory.at(closeMs), closeBefore, closeMs);
    values.forEach((value, j) => (columns[j]![at] = value));
    closeBefore = closeMs;
  }
  return Object.fromEntries(SENTIMENT_REFERENCES.map((name, j) => [name, { sessionDay, close: columns[j]! }]));
}

/** The references' values, in their order. */
function summarise(stories: readonly Story[], closeBefore: number, closeMs: number): number[] {
  const short = weighed(stories, SHORT, closeMs);
  const long = weighed(stories, LONG, closeMs);
  const fresh = stories.filter(({ knownMs }) => knownMs > closeBefore);
  const novelty = fresh.reduce((sum, story) => sum + story.novelty, 0) / fresh.length;
  return [
    short.mean,
    short.mean - long.mean,
    novelty,
    fresh.length > 0 ? fresh.length : Number.NaN,
    short.count > 1 ? short.deviation : Number.NaN,
  ];
}

function weighed(stories: readonly Story[], { halfLifeDays, reachDays }: typeof SHORT, nowMs: number) {
  const near = stories.filter(({ knownMs, weight }) => knownMs > nowMs - reachDays * DAY_MS && weight > 0);
  const weights = near.map(({ knownMs, weight }) => weight * 0.5 ** ((nowMs - knownMs) / DAY_MS / halfLifeDays));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = near.reduce((sum, { score }, i) => sum + weights[i]! * score, 0) / total;
  const square = near.reduce((sum, { score }, i) => sum + weights[i]! * (score - mean) ** 2, 0) / total;
  return { count: near.length, mean, deviation: Math.sqrt(square) };
}
