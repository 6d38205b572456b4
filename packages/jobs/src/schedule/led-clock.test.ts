import { makeFrozenClock } from '@aion/core';
import { expect, it } from 'vitest';
import { makeLedClock } from './led-clock.ts';

/** A wall clock on which pausing is passing. */
function makeWall() {
  const wall = makeFrozenClock(0);
  return { ...wall, pause: async (ms: number) => wall.advance(ms) };
}

it('stands until it is led, runs evenly to where it is led, and stands there', async () => {
  const wall = makeWall();
  const clock = makeLedClock(1000, wall);
  wall.advance(5000);
  expect(clock.nowMs()).toBe(1000);
  const seen: number[] = [];
  const watched = {
    ...wall,
    pause: async (ms: number) => {
      wall.advance(ms);
      seen.push(led.nowMs());
    },
  };
  const led = makeLedClock(1000, watched);
  await led.runTo(11_000, 1000, new AbortController().signal);
  expect(seen).toEqual([3000, 5000, 7000, 9000, 11_000]);
  wall.advance(60_000);
  expect(led.nowMs()).toBe(11_000);
});

it('is there at once where no time is given', async () => {
  const clock = makeLedClock(0, makeWall());
  await clock.runTo(5000, 0, new AbortController().signal);
  expect(clock.nowMs()).toBe(5000);
});

it('stands where it is when it is told to stop', async () => {
  const wall = makeWall();
  const stop = new AbortController();
  const clock = makeLedClock(0, {
    ...wall,
    pause: async (ms: number) => {
      wall.advance(ms);
      if (wall.nowMs() >= 400) stop.abort();
    },
  });
  await clock.runTo(10_000, 1000, stop.signal);
  expect(clock.nowMs()).toBe(4000);
  wall.advance(60_000);
  expect(clock.nowMs()).toBe(4000);
});
