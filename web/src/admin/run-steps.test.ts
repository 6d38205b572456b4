import { expect, it } from 'vitest';
import { figureInWords } from './run-steps.tsx';

it.each([
  ['fourHourBars', 1200, { name: 'four hour bars', value: '1,200' }],
  ['missingFrac', 0.0314, { name: 'missing', value: '3.1 %' }],
  ['seconds', 1.234, { name: 'seconds', value: '1.23' }],
  ['waits: no_intraday', 3, { name: 'waits: no intraday', value: '3' }],
  ['model', 'stub', { name: 'model', value: 'stub' }],
])('shows the figure %s of a step in words', (name, value, words) => {
  expect(figureInWords(name, value)).toEqual(words);
});
