import { describe, expect, it } from 'vitest';
import { AppError, makeFrozenClock, silentTelemetry } from '@aion/core';
import { supervise, type RunningPart } from './supervise.ts';

/** A part that ends when the test says so; each start is noted. */
function makeParts(fails: (start: number) => boolean = () => false) {
  const parts: { end: () => void; closed: boolean }[] = [];
  let starts = 0;
  const start = async (): Promise<RunningPart> => {
    if (fails(++starts)) throw new AppError('unavailable', 'the port is taken');
    let end!: () => void;
    const ended = new Promise<string>((resolve) => (end = () => resolve('it fell over')));
    const part = { end, closed: false };
    parts.push(part);
    return {
      ended,
      async close() {
        part.closed = true;
        end();
      },
    };
  };
  return { parts, start, starts: () => starts };
}

describe('a part that is supervised', () => {
  it('is started again after waits that double, until it has been well for a minute', async () => {
    const { parts, start } = makeParts();
    const clock = makeFrozenClock(0);
    const waits: number[] = [];
    let slept = Promise.withResolvers<void>();
    const sleep = async (ms: number): Promise<void> => {
      waits.push(ms);
      slept.resolve();
    };
    const supervised = await supervise(start, { name: 'the site', clock, telemetry: silentTelemetry, sleep });
    const fall = async (afterMs: number): Promise<void> => {
      slept = Promise.withResolvers();
      clock.advance(afterMs);
      const before = parts.length;
      parts.at(-1)!.end();
      await slept.promise;
      while (parts.length === before) await Promise.resolve();
      // One more turn: the watcher takes the new part on.
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (let i = 0; i < 7; i++) await fall(10);
    await fall(60_000);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000]);
    await supervised.close();
    expect(parts.at(-1)!.closed).toBe(true);
  });

  it('is tried again when a restart fails, and left alone once it is closed', async () => {
    const { parts, start, starts } = makeParts((n) => n === 2 || n === 3);
    const clock = makeFrozenClock(0);
    const sleep = async (): Promise<void> => undefined;
    const supervised = await supervise(start, { name: 'the site', clock, telemetry: silentTelemetry, sleep });
    parts[0]!.end();
    while (parts.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(starts()).toBe(4);
    await supervised.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(starts()).toBe(4);
  });

  it('stops waiting for a restart when it is closed, and throws what the first start says', async () => {
    const { parts, start } = makeParts();
    const options = { name: 'the site', clock: makeFrozenClock(0), telemetry: silentTelemetry };
    const supervised = await supervise(start, options);
    parts[0]!.end();
    await new Promise((resolve) => setImmediate(resolve));
    await supervised.close();
    expect(parts).toHaveLength(1);
    await expect(supervise(makeParts(() => true).start, options)).rejects.toThrow('the port is taken');
  });
});
