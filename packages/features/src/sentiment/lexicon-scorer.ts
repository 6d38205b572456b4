// The package has no types; who compiles this file without its folder (the site) finds them by the next line.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./vader-sentiment.d.ts" />
import vader from 'vader-sentiment';
import { FINANCE_WORDS, type FinanceMood } from './finance-words.ts';
import type { TextScorer } from './sentiment-scorer.ts';

/** Words of VADER's own lexicon that stand in for ours: their valences there are 3.1, 1.9, −2.5 and −3.1; the last is in none. */
const STAND_IN: Readonly<Record<FinanceMood, string>> = {
  very_good: 'superb',
  good: 'good',
  bad: 'bad',
  very_bad: 'disaster',
  none: 'thing',
};

/** More of a text says nothing new, and VADER's work grows faster than its length. */
const MAX_CHARACTERS = 2000;

const patterns = Object.entries(FINANCE_WORDS)
  .flatMap(([mood, words]) => words.map((word) => ({ word, mood: mood as FinanceMood })))
  .sort((a, b) => b.word.length - a.word.length);
const MOODS = patterns.map(({ mood }) => mood);
const escaped = (word: string): string =>
  word
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    // No other endings: a surgeon is no surge.
    .replaceAll('*', '(?:e?s|e?d|ing)?')
    .replace(/\s+/g, '\\s+');
/** One alternative for each entry, the longest first. */
const FINANCE = new RegExp(
  `(?<![\\w-])(?:${patterns.map(({ word }) => `(${escaped(word)})`).join('|')})(?![\\w-])`,
  'gi',
);

/**
 * The embedded default: VADER's rules and lexicon (Hutto and Gilbert 2014; negation, degree, capitals, "but") with a list of market words of our own. Each
 * of those is put in the place of a word that VADER weighs, so that its rules hold for them too ("not downgraded", "sharply"). It reads English
 * and no irony, does not know whom a text is about, and reads "no evidence of fraud" as fraud: "no" is none of VADER's negations.
 */
export function makeLexiconScorer(): TextScorer {
  return (text) => {
    const score = vader.SentimentIntensityAnalyzer.polarity_scores(
      inPlainWords(text.slice(0, MAX_CHARACTERS)),
    ).compound;
    return { score: Math.max(-1, Math.min(1, score)), source: 'lexicon:vader+finance' };
  };
}

function inPlainWords(text: string): string {
  return text.replace(FINANCE, (found: string, ...groups: unknown[]) => {
    const word = STAND_IN[MOODS[groups.findIndex((group) => group !== undefined)]!];
    // Capitals are loudness where the rest is not in capitals.
    return found === found.toUpperCase() ? word.toUpperCase() : word;
  });
}
