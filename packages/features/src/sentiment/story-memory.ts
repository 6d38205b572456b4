import type { NewsItem, SocialPost } from '@aion/market/records';
import { shinglesOf, similarity } from './shingles.ts';
import type { TextScorer } from './sentiment-scorer.ts';

export type TextRecord = NewsItem | SocialPost;

/** A story as it is known so far: told once, however many tell it. */
export interface Story {
  readonly key: string;
  /** When it first became known. */
  readonly knownMs: number;
  readonly weight: number;
  /** 1 − likeness to the nearest story before it. */
  readonly novelty: number;
  score: number;
  shingles: Uint32Array;
}

/** Texts as much alike as this are one story. */
const SAME_STORY = 0.7;
/** A text is compared with this many stories before it, the newest first. */
const MAX_COMPARED = 150;

/**
 * Takes texts in the order in which they became known and keeps the stories of the last days. An update of a story (same id), or another's near copy, is no
 * new story; an update changes its words from then on.
 */
export function makeStoryMemory(scorer: TextScorer, weightOf: (record: TextRecord) => number, keepMs: number) {
  let stories: Story[] = [];
  const forget = (nowMs: number): void => {
    const kept = stories.findIndex(({ knownMs }) => knownMs > nowMs - keepMs);
    if (kept !== 0) stories = kept === -1 ? [] : stories.slice(kept);
  };
  return {
    learn(record: TextRecord): void {
      forget(record.knownMs);
      const key = `${record.source} ${record.kind === 'news' ? record.storyId : record.postId}`;
      const words = wordsOf(record);
      const shingles = shinglesOf(words);
      const told = stories.find((story) => story.key === key);
      if (told !== undefined) {
        told.score = scorer(words).score;
        told.shingles = shingles;
        return;
      }
      let likeness = 0;
      for (let i = stories.length - 1; i >= Math.max(0, stories.length - MAX_COMPARED); i--) {
        likeness = Math.max(likeness, similarity(shingles, stories[i]!.shingles));
      }
      if (likeness >= SAME_STORY) return;
      const weight = weightOf(record);
      stories.push({
        key,
        knownMs: record.knownMs,
        weight,
        novelty: 1 - likeness,
        score: scorer(words).score,
        shingles,
      });
    },
    /** Stories not older than the memory at an instant, oldest first. */
    at(nowMs: number): readonly Story[] {
      forget(nowMs);
      return stories;
    },
  };
}

export const wordsOf = (record: TextRecord): string =>
  record.kind === 'news' ? [record.headline, record.summary ?? ''].join('. ') : record.text;
