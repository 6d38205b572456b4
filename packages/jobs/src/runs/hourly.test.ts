import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCalendar } from '@aion/market';
import { newestDueCloseMs } from './hourly.ts';
import { requireSession, type OpenSession } from './session.ts';

const MINUTE_MS = 60_000;

describe('the freshness that a refinement asks for', () => {
  const dueOn = (date: string, minutes: number): number => {
    const hours = requireSession(loadCalendar('NSE'), date);
    return (newestDueCloseMs(hours, hours.openMs + minutes * MINUTE_MS) - hours.openMs) / MINUTE_MS;
  };
  const due = (minutes: number): number => dueOn('2026-02-27', minutes);

  it('is the newest hourly bar that has closed, with ten minutes for it to arrive', () => {
    expect([due(5), due(69), due(70), due(129), due(130), due(365), due(375), due(384), due(385), due(900)]).toEqual([
      0, 0, 60, 60, 120, 300, 360, 360, 375, 375,
    ]);
  });

  it('is that of 15:15 beside the closing auction, in which not every share has a bar', () => {
    const minutes = [70, 364, 370, 394, 900];
    expect(minutes.map((minute) => dueOn('2026-08-03', minute))).toEqual([60, 300, 360, 360, 360]);
    expect(minutes.map((minute) => dueOn('2026-07-31', minute))).toEqual([60, 300, 360, 375, 375]);
  });

  /** By its definition: the closes of the session's hourly bars one by one, the last of them cut short. */
  function newestByHand({ openMs, closeMs, phases }: OpenSession, nowMs: number, arrivalMinutes: number): number {
    const auction = phases.find(({ kind }) => kind === 'closing_auction');
    const lastMs = auction?.openMs ?? closeMs;
    const closes: number[] = [];
    for (let ms = openMs; ms < lastMs;) closes.push((ms = Math.min(ms + 60 * MINUTE_MS, lastMs)));
    return closes.findLast((ms) => ms + arrivalMinutes * MINUTE_MS <= nowMs) ?? openMs;
  }
  const sessions = ['NSE', 'US'].flatMap((exchange) => {
    const calendar = loadCalendar(exchange);
    return calendar
      .sessionsBetween('2023-01-01', '2026-12-31')
      .map((date) => ({ exchange, hours: requireSession(calendar, date) }));
  });

  it('is the same for every session of both exchanges, whenever it is asked for', () => {
    const seen: Record<string, number> = { early: 0, within: 0, whole: 0, 'not regular': 0, auction: 0, US: 0 };
    let toldApart = 0;
    const hasAuction = ({ phases }: OpenSession): boolean => phases.some(({ kind }) => kind === 'closing_auction');
    const odd = sessions.filter(({ hours }) => hours.kind !== 'regular');
    const auctions = sessions.filter(({ hours }) => hasAuction(hours));
    expect(Math.min(odd.length, auctions.length)).toBeGreaterThan(5);
    fc.assert(
      fc.property(
        fc.oneof(...[sessions, odd, auctions].map((some) => fc.constantFrom(...some))),
        fc.oneof(fc.integer({ min: -200, max: 1000 }), fc.constantFrom(69, 70, 130, 385)),
        ({ exchange, hours }, minutes) => {
          const nowMs = hours.openMs + minutes * MINUTE_MS;
          const found = newestDueCloseMs(hours, nowMs);
          expect(found).toBe(newestByHand(hours, nowMs, 10));
          // Without the time that a bar takes to arrive it would ask for one that is not there.
          if (found !== newestByHand(hours, nowMs, 0)) toldApart++;
          const last = newestByHand(hours, Number.POSITIVE_INFINITY, 0);
          seen[found === hours.openMs ? 'early' : found === last ? 'whole' : 'within']!++;
          if (hours.kind !== 'regular') seen['not regular']!++;
          if (hasAuction(hours)) seen['auction']!++;
          if (exchange === 'US') seen['US']!++;
        },
      ),
      { numRuns: 800 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
    expect(toldApart).toBeGreaterThan(5);
  });
});
