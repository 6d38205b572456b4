import { AppError } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { askChain, type Link } from './chain.ts';

const answers = (source: string, answer: number): Link<number> => ({ source, ask: async () => answer });
const fails = (source: string, code: 'unavailable' | 'rate_limited'): Link<number> => ({
  source,
  ask: () => Promise.reject(new AppError(code, `${source} is ill`, { retryable: true })),
});

describe('askChain', () => {
  it('takes the first that answers and keeps the reason of each that did not', async () => {
    const result = await askChain([
      { source: 'kite', off: 'KITE_API_KEY is not set', ask: async () => 0 },
      fails('alpaca', 'rate_limited'),
      answers('yahoo', 7),
      answers('polygon', 8),
    ]);
    expect(result.answers).toEqual([{ source: 'yahoo', answer: 7 }]);
    expect(result.failures).toEqual([
      { source: 'kite', code: 'off', message: 'KITE_API_KEY is not set', retryable: false },
      { source: 'alpaca', code: 'rate_limited', message: 'alpaca is ill', retryable: true },
    ]);
    expect(result.notAsked).toEqual(['polygon']);
  });

  it('goes on until as many have answered as are compared', async () => {
    const result = await askChain([answers('a', 1), fails('b', 'unavailable'), answers('c', 3), answers('d', 4)], {
      wanted: 2,
    });
    expect(result.answers.map(({ source }) => source)).toEqual(['a', 'c']);
  });

  it('goes on past an empty answer', async () => {
    const result = await askChain([answers('a', 0), answers('b', 3)], { isEmpty: (answer) => answer === 0 });
    expect(result.answers).toEqual([{ source: 'b', answer: 3 }]);
    expect(result.failures[0]).toMatchObject({ source: 'a', code: 'empty' });
  });

  it('ends without an answer when all fail, and says why each did', async () => {
    const result = await askChain([fails('a', 'unavailable'), fails('b', 'unavailable')]);
    expect(result.answers).toEqual([]);
    expect(result.failures).toHaveLength(2);
  });

  it('does not hide a defect of ours behind the next source', async () => {
    const broken: Link<number> = {
      source: 'a',
      ask: () => Promise.reject(new TypeError('undefined is not a function')),
    };
    await expect(askChain([broken, answers('b', 1)])).rejects.toThrow(TypeError);
  });
});
