// The lexicon is large: who needs it imports `@aion/features/sentiment/lexicon-scorer`.
export { makeModelScorer, type ModelScorer, type ModelScorerOptions, type Tokenise } from './model-scorer.ts';
export { sentimentReferences, type SentimentQuestion } from './sentiment-references.ts';
export type { TextScore, TextScorer } from './sentiment-scorer.ts';
