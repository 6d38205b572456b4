import { DAY_MS, fromEpochDay, toEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { readRecordFile, sealRecord, type NewsItem, type SocialPost } from '@aion/market/records';
import { describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../../../market/test/real-data.ts';
import { makeLexiconScorer } from './lexicon-scorer.ts';
import { sentimentReferences, SENTIMENT_REFERENCES } from './sentiment-references.ts';
import type { TextScorer } from './sentiment-scorer.ts';
import { shinglesOf, similarity } from './shingles.ts';
import type { TextRecord } from './story-memory.ts';

const calendar = loadCalendar('NSE');
const day = (date: string): number => toEpochDay(date);
const stretch = { calendar, fromDay: day('2024-06-03'), toDay: day('2024-06-14') };
/** Any words with a number in them: the number is the score. */
const scorer: TextScorer = (text) => ({ score: Number(/-?\d(\.\d+)?/.exec(text)?.[0] ?? 0), source: 'test' });

const base = (known: string, source: string) => {
  const knownMs = Date.parse(`${known}:00Z`);
  return {
    source,
    symbols: ['ABC'],
    eventMs: knownMs,
    knownMs,
    redistributable: false,
    provenance: { source, url: '', fetchedMs: knownMs, sha256: '' },
  };
};
const news = (storyId: string, headline: string, known: string, source = 'wire'): NewsItem =>
  sealRecord({ kind: 'news', ...base(known, source), storyId, headline, summary: null, url: null, publisher: null });
const post = (postId: string, text: string, known: string): SocialPost =>
  sealRecord({ kind: 'social', ...base(known, 'forum'), postId, channel: null, text });

function known(texts: readonly TextRecord[], name: (typeof SENTIMENT_REFERENCES)[number], parts = {}) {
  const made = sentimentReferences(texts, { ...stretch, symbol: 'ABC', scorer, ...parts })[name]!;
  return (date: string): number => made.close[made.sessionDay.indexOf(day(date))]!;
}

describe('sentiment by session', () => {
  // Noon of 4 June is before the close of that session, at 10:00 UTC; 11:00 UTC behind it.
  const morning = news('1', 'the board announces 0.6 to everyone', '2024-06-04T06:30');
  const evening = news('2', 'quite other words about -0.2 were heard', '2024-06-04T11:00');

  it('counts a text from the first close at which it was known', () => {
    const count = known([evening, morning], 'text_count');
    expect(['2024-06-03', '2024-06-04', '2024-06-05', '2024-06-06'].map(count)).toEqual([NaN, 1, 1, NaN]);
    const score = known([evening, morning], 'text_score');
    expect([score('2024-06-03'), score('2024-06-04')]).toEqual([NaN, 0.6]);
  });

  it('weighs by source and fades by half a day', () => {
    const faded = (ms: number): number => 0.5 ** (ms / DAY_MS);
    const at = Date.parse('2024-06-05T10:00:00Z');
    const said = post('3', 'some forum shouts 0.9 now', '2024-06-05T06:00');
    const weights = [faded(at - morning.knownMs), faded(at - evening.knownMs), 0.5 * faded(at - said.knownMs)];
    const expected =
      (weights[0]! * 0.6 - weights[1]! * 0.2 + weights[2]! * 0.9) / weights.reduce((sum, one) => sum + one, 0);
    const texts = [morning, evening, said];
    expect(known(texts, 'text_score')('2024-06-05')).toBeCloseTo(expected, 12);
    const loud = known(texts, 'text_score', { sourceWeights: { forum: 100 } });
    expect(loud('2024-06-05')).toBeGreaterThan(0.85);
    const silent = known([said], 'text_score', { sourceWeights: { forum: 0 } });
    expect(silent('2024-06-05')).toBeNaN();
  });

  it('has no value in silence, never 0: not the score, not the number, not the deviation of one', () => {
    const texts = [morning];
    for (const name of SENTIMENT_REFERENCES) expect(known(texts, name)('2024-06-03')).toBeNaN();
    expect(known(texts, 'text_dispersion')('2024-06-04')).toBeNaN();
    expect(known(texts, 'text_score')('2024-06-07')).toBe(0.6);
    expect(known(texts, 'text_score')('2024-06-10')).toBeNaN();
    expect(known([morning, evening], 'text_dispersion')('2024-06-05')).toBeGreaterThan(0.3);
  });

  it('momentum is the new mood less the old one', () => {
    const old = news('0', 'long ago it was 0.8 for all', '2024-05-25T06:00');
    const score = known([old, evening], 'text_score')('2024-06-05');
    const momentum = known([old, evening], 'text_momentum')('2024-06-05');
    expect(score).toBe(-0.2);
    expect(momentum).toBeLessThan(-0.2);
  });

  it('counts a story once: its updates, and near copies by others', () => {
    const copy = news('x9', 'The board announces 0.6 to everyone!', '2024-06-04T07:30', 'other wire');
    const update = news('1', 'the board announces 0.1 to everyone', '2024-06-05T07:00');
    const texts = [morning, copy, update];
    expect(known(texts, 'text_count')('2024-06-04')).toBe(1);
    // A correction is no new story, and its words count from its own time on.
    const score = known(texts, 'text_score');
    expect([score('2024-06-04'), score('2024-06-05')]).toEqual([0.6, 0.1]);
    expect(known(texts, 'text_count')('2024-06-05')).toBeNaN();
  });

  it('is novel as far as its words were not said before', () => {
    const half = news('5', 'the board announces 0.6 to nobody and leaves the room at once', '2024-06-05T07:00');
    const novelty = known([morning, half], 'text_novelty');
    expect(novelty('2024-06-04')).toBe(1);
    const likeness = similarity(
      shinglesOf('the board announces 0.6 to everyone. '),
      shinglesOf('the board announces 0.6 to nobody and leaves the room at once. '),
    );
    expect(likeness).toBeGreaterThan(0.1);
    expect(novelty('2024-06-05')).toBeCloseTo(1 - likeness, 12);
  });

  it('does not depend on where the stretch begins, nor on the order of the records', () => {
    const texts = [morning, evening, news('7', 'the board announces 0.6 to everyone', '2024-06-06T05:00', 'third')];
    const whole = sentimentReferences(texts, { ...stretch, symbol: 'ABC', scorer });
    const later = sentimentReferences(texts.toReversed(), {
      ...stretch,
      fromDay: day('2024-06-05'),
      symbol: 'ABC',
      scorer,
    });
    for (const name of SENTIMENT_REFERENCES) expect(later[name]!.close).toEqual(whole[name]!.close.slice(2));
  });
});

describe('likeness of texts', () => {
  it('is the share of common runs of three words, without case, points and links', () => {
    const [a, b] = [shinglesOf('One two three four.'), shinglesOf('two THREE, four five https://x.y/z')];
    expect(similarity(a, b)).toBeCloseTo(1 / 3, 12);
    expect(similarity(a, shinglesOf('one, two; three four'))).toBe(1);
    expect(similarity(shinglesOf(''), shinglesOf('one two'))).toBe(0);
  });
});

describe.skipIf(!hasRealData)('real posts', () => {
  const us = loadCalendar('US');
  const file = hasRealData
    ? readRecordFile('posts.csv', realFile('social_texts_us_2014_2015.csv.gz'), Date.parse('2026-01-01T00:00:00Z'))
    : { records: [] };
  const posts: readonly SocialPost[] = file.records.flatMap((record) => (record.kind === 'social' ? [record] : []));
  const question = { calendar: us, fromDay: day('2014-02-03'), toDay: day('2014-06-30'), symbol: 'AAPL' };
  const lexicon = makeLexiconScorer();
  const cached = new Map<string, number>();
  const quick: TextScorer = (text) => {
    if (!cached.has(text)) cached.set(text, lexicon(text).score);
    return { score: cached.get(text)!, source: 'cached' };
  };
  /** Dates of which a value changes when later posts are cut off. */
  const leaks = (given: readonly SocialPost[], timeOf: (one: SocialPost) => number): string[] => {
    const whole = sentimentReferences(given, { ...question, scorer: quick });
    return [20, 45, 70, 100].flatMap((at) => {
      const last = whole['text_score']!.sessionDay[at]!;
      const session = us.session(fromEpochDay(last));
      if (session.kind === 'closed') throw new Error('a session is closed');
      const before = given.filter((one) => timeOf(one) <= session.closeMs);
      const cut = sentimentReferences(before, { ...question, toDay: last, scorer: quick });
      return SENTIMENT_REFERENCES.flatMap((name) =>
        [...cut[name]!.close].flatMap((value, i) => (Object.is(value, whole[name]!.close[i]) ? [] : [`${name} ${i}`])),
      );
    });
  };

  it('give a mood on most sessions, and none of their values changes when later ones are added', () => {
    const { close } = sentimentReferences(posts, { ...question, scorer: quick })['text_score']!;
    const there = close.filter((value) => !Number.isNaN(value));
    expect(there.length / close.length).toBeGreaterThan(0.8);
    expect(new Set(there).size).toBeGreaterThan(50);
    expect(leaks(posts, ({ knownMs }) => knownMs)).toEqual([]);
  });

  it('that are dated before they were known are caught', () => {
    // Two days earlier than they could be read: as one does who joins by the day that a post is about.
    const truth = new Map(posts.map((one) => [one.id, one.knownMs]));
    const early = posts.map((one) => ({ ...one, knownMs: one.knownMs - 2 * DAY_MS }));
    expect(leaks(early, ({ id }) => truth.get(id)!).length).toBeGreaterThan(0);
  });
});
