import type { TensorModel } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { FINANCE_WORDS } from './finance-words.ts';
import { makeLexiconScorer } from './lexicon-scorer.ts';
import { makeModelScorer } from './model-scorer.ts';

const score = (text: string): number => makeLexiconScorer()(text).score;

describe('the lexicon', () => {
  it.each([
    ['Infosys beats estimates', 'Infosys misses estimates'],
    ['Citi upgrades the stock', 'Citi downgrades the stock'],
    ['Board raises guidance', 'Board cuts guidance'],
    ['Net loss narrows', 'Net loss widens'],
    ['Profit rises', 'Profit falls'],
    ['Record profit at the bank', 'The bank defaults'],
    ['Shares surge', 'Shares plunge'],
  ])('takes "%s" for good and "%s" for bad', (good, bad) => {
    expect(score(good)).toBeGreaterThan(0.3);
    expect(score(bad)).toBeLessThan(-0.3);
  });

  it('turns a mood that is denied, and weighs degree and loudness', () => {
    expect(score('The stock was not downgraded')).toBeGreaterThan(0);
    expect(score("The company didn't default")).toBeGreaterThan(0);
    expect(score('It never beats estimates')).toBeLessThan(0);
    expect(score('very bullish')).toBeGreaterThan(score('bullish'));
    expect(score('they BEAT ESTIMATES today')).toBeGreaterThan(score('they beat estimates today'));
  });

  it('has no mood for words that only markets use without one', () => {
    for (const text of [
      'The share price of crude oil',
      'Gross margin, liabilities and treasury shares',
      'The board met on Tuesday',
    ])
      expect(score(text)).toBe(0);
  });

  it('takes whole words, and the longest entry that fits', () => {
    expect(score('The surgeon was praised')).toBe(score('The doctor was praised'));
    expect(score('defaulting')).toBe(0);
    expect(score('profit warning')).toBeLessThan(score('profit'));
  });

  it('stays within −1 and 1 whatever it reads, and says who judged', () => {
    for (const text of ['', ' ', '!!!', 'superb '.repeat(500), '🚀'.repeat(50), 'constructor toString __proto__'])
      expect(Math.abs(score(text))).toBeLessThanOrEqual(1);
    expect(makeLexiconScorer()('').source).toBe('lexicon:vader+finance');
  });

  it('gets these wrong, as is known: irony, denial by "no", a name that is a mood', () => {
    expect(score('Great, just what we needed: another quarter like this')).toBeGreaterThan(0);
    expect(score('No evidence of fraud was found')).toBeLessThan(0);
    expect(score('Target and Best Buy report on Tuesday')).toBeGreaterThan(0);
  });

  it('lists no entry twice', () => {
    const words = Object.values(FINANCE_WORDS).flat();
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('a model', () => {
  /** Logits: the length of a text in the second class. */
  const makeModel = (width = 3): TensorModel & { batches: number[] } => {
    const batches: number[] = [];
    return {
      batches,
      inputs: [{ name: 'ids', shape: [-1, 1] }],
      outputs: [{ name: 'logits', shape: [-1, 3] }],
      run: (inputs) => {
        const { values } = inputs['ids']!;
        batches.push(values.length);
        const logits = new Float32Array(values.length * width);
        values.forEach((length, row) => (logits[row * width + 1] = length));
        return Promise.resolve({ logits: { shape: [values.length, width], values: logits } });
      },
      dispose: () => Promise.resolve(),
    };
  };
  const tokenise = (texts: readonly string[]) => ({
    ids: { shape: [texts.length, 1], values: Float32Array.from(texts, (text) => text.length) },
  });
  const options = { name: 'finbert-1', output: 'logits', positive: 0, negative: 1, batch: 2 };

  it('scores P(positive) − P(negative), under its own name, each text once and in batches', async () => {
    const model = makeModel();
    const scorer = await makeModelScorer(model, tokenise, options).read(['', 'a', 'bb', 'a']);
    expect(scorer('')).toEqual({ score: 0, source: 'model:finbert-1' });
    const grown = Math.exp(2);
    expect(scorer('bb').score).toBeCloseTo((1 - grown) / (2 + grown), 6);
    expect(model.batches).toEqual([2, 1]);
  });

  it('guesses no score: a text that was not read and an answer of another shape are refused', async () => {
    const scorer = await makeModelScorer(makeModel(), tokenise, options).read(['a']);
    expect(() => scorer('b')).toThrow('has not read the text "b"');
    await expect(makeModelScorer(makeModel(1), tokenise, options).read(['a'])).rejects.toMatchObject({
      code: 'model_refused',
    });
    const elsewhere = { ...options, output: 'probs' };
    await expect(makeModelScorer(makeModel(), tokenise, elsewhere).read(['a'])).rejects.toThrow('found no values');
  });
});
