import { AppError, type Tensor, type TensorModel } from '@aion/core';
import type { TextScorer } from './sentiment-scorer.ts';

/** Turns texts into the inputs of a model, one row each. */
export type Tokenise = (texts: readonly string[]) => Readonly<Record<string, Tensor>>;

export interface ModelScorerOptions {
  /** Names the model and its version; part of every score's source. */
  readonly name: string;
  readonly output: string;
  /** Places of the classes in the output. */
  readonly positive: number;
  readonly negative: number;
  readonly batch?: number;
}

/** Judges many texts with a classifier. Answers are asked for text by text afterwards. */
export interface ModelScorer {
  readonly source: string;
  /** @throws AppError(model_refused) when the model's answer has not the shape that was declared. */
  read(texts: readonly string[]): Promise<TextScorer>;
}

const BATCH = 32;

/**
 * A sentiment model behind the port of all models: the score is P(positive) − P(negative) of its softmax (Araci 2019, FinBERT). It answers
 * for the texts that it has read and refuses others: a score is never guessed.
 */
export function makeModelScorer(model: TensorModel, tokenise: Tokenise, options: ModelScorerOptions): ModelScorer {
  const source = `model:${options.name}`;
  const batch = options.batch ?? BATCH;
  return {
    source,
    async read(texts) {
      const distinct = [...new Set(texts)];
      const scores = new Map<string, number>();
      for (let at = 0; at < distinct.length; at += batch) {
        const some = distinct.slice(at, at + batch);
        const answer = (await model.run(tokenise(some)))[options.output];
        const classes = (answer?.values.length ?? 0) / some.length;
        if (answer === undefined || !(classes > Math.max(options.positive, options.negative)) || classes % 1 !== 0) {
          throw new AppError(
            'model_refused',
            `expected "${options.output}" of ${source} as ${some.length} rows of classes, found ${answer?.values.length ?? 'no'} values; check the declared output`,
          );
        }
        some.forEach((text, row) => {
          const probs = softmax(answer.values.subarray(row * classes, (row + 1) * classes));
          scores.set(text, probs[options.positive]! - probs[options.negative]!);
        });
      }
      return (text) => {
        const score = scores.get(text);
        if (score === undefined) {
          throw new AppError('bad_input', `${source} has not read the text "${text.slice(0, 60)}"; read it first`);
        }
        return { score, source };
      };
    },
  };
}

function softmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const grown = Array.from(logits, (logit) => Math.exp(logit - top));
  const total = grown.reduce((sum, value) => sum + value, 0);
  return grown.map((value) => value / total);
}
