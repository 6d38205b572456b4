import { makeRng } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { effectiveSpread, quotedSpread, quoteFlow, tickSigns, type QuoteColumns } from './ticks.ts';
import { tradeAmihud, tradeLambda } from './trade-impact.ts';

const quotesOf = (rows: readonly (readonly [number, number, number, number, number])[]): QuoteColumns => {
  const column = (place: 0 | 1 | 2 | 3 | 4): Float64Array => Float64Array.from(rows, (row) => row[place]);
  return { timeMs: column(0), bid: column(1), bidShares: column(2), ask: column(3), askShares: column(4) };
};
const quotes = quotesOf([
  [100, 99, 500, 101, 300],
  [200, 99, 700, 101, 300],
  [300, 100, 200, 101, 250],
  [400, 100, 200, 102, 400],
  [500, 99, 100, Number.NaN, 0],
]);

describe('quotes', () => {
  it('have a spread over their middle, none where a side is missing or they cross', () => {
    const crossed = quotesOf([[1, 102, 1, 101, 1]]);
    expect([...quotedSpread(quotes)]).toEqual([0.02, 0.02, 1 / 100.5, 2 / 101, Number.NaN]);
    expect([...quotedSpread(crossed)]).toEqual([Number.NaN]);
  });

  it('flow as Cont, Kukanov and Stoikov count them', () => {
    // 200 more at the bid; a better bid of 200 and 50 gone from the ask; all 250 of the ask gone; unknown.
    expect([...quoteFlow(quotes)]).toEqual([Number.NaN, 200, 250, 250, Number.NaN]);
  });
});

describe('trades', () => {
  it('are measured against the quote before them, never one of their own millisecond', () => {
    const trades = {
      timeMs: Float64Array.of(100, 101, 300, 301, 501),
      price: Float64Array.of(101, 101, 101, 101, 100),
      sizeShares: new Float64Array(5).fill(1),
    };
    const expected = [Number.NaN, 0.02, 0.02, (2 * 0.5) / 100.5, Number.NaN];
    expect([...effectiveSpread(trades, quotes)]).toEqual(expected);
    const unordered = { ...trades, timeMs: Float64Array.of(5, 4, 6, 7, 8) };
    expect(() => effectiveSpread(unordered, quotes)).toThrow('expected trades in order of time, found 4 behind 5');
  });

  it('take their sign from the last change of price', () => {
    expect([...tickSigns(Float64Array.of(10, 10, 11, 11, 10, 10))]).toEqual([0, 0, 1, 1, -1, -1]);
  });

  it('give back the impact that was put in, and use no interval that is not over', () => {
    const rng = makeRng('impact');
    const lambda = 0.004;
    const rows: [number, number, number][] = [];
    let price = 100;
    for (let minute = 0; minute < 60; minute++) {
      const buys = rng.int(2) === 0;
      const shares = 1000 + rng.int(50_000);
      // Ten trades that all push the price one way, in the measure of their value.
      for (let k = 0; k < 10; k++) {
        price *= 1 + ((buys ? 1 : -1) * lambda * shares * price) / 1e7 / 10;
        rows.push([60_000 * minute + 1000 * k, price, shares / 10]);
      }
    }
    const column = (place: 0 | 1 | 2): Float64Array => Float64Array.from(rows, (row) => row[place]);
    const trades = { timeMs: column(0), price: column(1), sizeShares: column(2) };
    const end = 60 * 60_000;
    expect(tradeLambda(trades, 60_000, end) / lambda).toBeCloseTo(1, 1);
    expect(tradeAmihud(trades, end) / lambda).toBeCloseTo(1, 1);
    expect(tradeLambda(trades, 60_000, 5 * 60_000)).toBeNaN();
    const crash = { ...trades, price: trades.price.map((value, i) => (i >= 590 ? value / 2 : value)) };
    expect(tradeLambda(crash, 60_000, end - 1)).toBe(tradeLambda(trades, 60_000, end - 1));
    expect(tradeLambda(crash, 60_000, end)).not.toBe(tradeLambda(trades, 60_000, end));
  });
});
