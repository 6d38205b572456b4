import { makeFrozenClock, toIso } from '@aion/core';
import { at, every, instantsOn, type Beat, type JobName } from '../timetable/index.ts';
import { loadCalendar } from '@aion/market';
import { describe, expect, it } from 'vitest';
import { makeLedClock } from './led-clock.ts';
import { playMarket, thinned } from './play-market.ts';

const calendar = loadCalendar('NSE');
const START = Date.parse('2026-02-26T12:00:00Z');
const END = Date.parse('2026-03-02T18:00:00Z');
const JOBS: readonly { name: JobName; beat: Beat }[] = [
  { name: 'pre-market', beat: { kind: 'minutes', days: 'sessions', minutes: [at('08:45')] } },
  { name: 'hourly', beat: { kind: 'after_hourly_bars', minutes: 5 } },
  { name: 'post-market', beat: { kind: 'after_close', minutes: 5 } },
];

function player(over: { onFire?: (name: JobName, dueMs: number) => Promise<void>; speed?: number } = {}) {
  const wall = makeFrozenClock(0);
  const stop = new AbortController();
  const clock = makeLedClock(START, { ...wall, pause: async (ms: number) => wall.advance(ms) });
  const log: string[] = [];
  const reached: number[] = [];
  const run = () =>
    playMarket({
      ...{ clock, calendar, untilMs: END, speed: over.speed ?? 1e9, jobs: JOBS, signal: stop.signal },
      reached: async (ms) => void reached.push(ms),
      async fire(name, dueMs) {
        expect(clock.nowMs()).toBe(dueMs);
        log.push(`${toIso(dueMs).slice(5, 16)} ${name}`);
        await over.onFire?.(name, dueMs);
      },
    });
  return { run, clock, wall, log, reached, stop };
}

describe('a market that is played', () => {
  it('does every job at each of its instants, in order and once, and ends where it is told to', async () => {
    const { run, clock, log, reached } = player();
    expect(await run()).toBe(true);
    const wanted = JOBS.flatMap(({ name, beat }, place) =>
      ['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'].flatMap((date) =>
        instantsOn(beat, calendar, date)
          .filter((ms) => ms > START && ms <= END)
          .map((ms) => ({ ms, place, text: `${toIso(ms).slice(5, 16)} ${name}` })),
      ),
    ).toSorted((a, b) => a.ms - b.ms || a.place - b.place);
    expect(log).toEqual(wanted.map(({ text }) => text));
    expect(log.length).toBe(18);
    expect([clock.nowMs(), reached.at(-1)]).toEqual([END, END]);
  });

  it('waits while the exchange is open, by its speed, and passes nights and closed days at once', async () => {
    const { run, wall } = player({ speed: 100 });
    await run();
    // Two sessions of six hours and a quarter.
    expect(Math.abs(wall.nowMs() - (2 * 375 * 60_000) / 100)).toBeLessThan(20);
  });

  it('stands while a job is being done, however long that takes', async () => {
    const { run, log, wall } = player({ onFire: async () => wall.advance(3 * 3_600_000) });
    await run();
    expect(log.length).toBe(18);
  });

  it('stops between two jobs when it is told to, and has not come to its end', async () => {
    const played = player({ onFire: async (name) => void (name === 'post-market' && played.stop.abort()) });
    expect(await played.run()).toBe(false);
    expect(played.log.at(-1)).toBe('02-27T10:05 post-market');
  });
});

it('leaves out instants that follow too closely, and keeps the first and the last of a day', () => {
  const beat: Beat = { kind: 'minutes', days: 'all', minutes: every(15, at('07:00'), at('10:20')) };
  expect(thinned(beat, 60)).toEqual({ ...beat, minutes: [420, 480, 540, 600, 615] });
  expect(thinned(JOBS[1]!.beat, 60)).toBe(JOBS[1]!.beat);
});
