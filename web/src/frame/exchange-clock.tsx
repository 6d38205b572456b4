'use client';
import { useEffect, useState } from 'react';
import type { MarketStatus } from '@aion/contracts';
import { clock, dateTime, zoneName } from '../ui/format.ts';

const TICK_MS = 5_000;

const WORDS: Readonly<Record<MarketStatus['clock'], { readonly note: string | null; readonly title: string }>> = {
  live: { note: null, title: '' },
  played: { note: '(played)', title: '; a simulated market whose sessions pass faster than the clock on the wall' },
  frozen: { note: '(replay)', title: '; the product’s clock stands at the end of its data, not at today' },
};

/** The exchange's time by the product's clock: it runs on from the server's instant, is played, or stands where the data end. */
export function ExchangeClock({ now, timeZone, kind }: { now: string; timeZone: string; kind: MarketStatus['clock'] }) {
  const running = kind === 'live';
  const { note, title } = WORDS[kind];
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
      title={`${dateTime(ms, timeZone)}${title}`}
      className="num whitespace-nowrap text-ink-2"
    >
      {clock(ms, timeZone)} {zoneName(timeZone)}
      {note !== null && <span className="ml-1 text-ink-3 max-md:sr-only">{note}</span>}
    </time>
  );
}
