'use client';
import { useEffect, useState } from 'react';
import { clock, dateTime, zoneName } from '../ui/format.ts';

const TICK_MS = 5_000;

/** The exchange's time by the product's clock: it runs on from the server's instant, or stands where the data end. */
export function ExchangeClock({ now, timeZone, running }: { now: string; timeZone: string; running: boolean }) {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    if (!running) return;
    const startMs = performance.now();
    const timer = setInterval(() => setElapsedMs(performance.now() - startMs), TICK_MS);
    return () => clearInterval(timer);
  }, [running, now]);
  const ms = Date.parse(now) + elapsedMs;
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={
        running
          ? dateTime(ms, timeZone)
          : `${dateTime(ms, timeZone)}; the product’s clock stands at the end of its data, not at today`
      }
      className="num whitespace-nowrap text-ink-2"
    >
      {clock(ms, timeZone)} {zoneName(timeZone)}
      {!running && <span className="ml-1 text-ink-3 max-md:sr-only">(replay)</span>}
    </time>
  );
}
