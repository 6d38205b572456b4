import { describe, expect, it } from 'vitest';
import type { DailyBars } from '@aion/market';
import { makeScanTable } from '@aion/universe';
import { alertMarkets } from './market-alerts.ts';
import type { Panel } from '../market/panel.ts';

const LENGTH = 160;
const days = Int32Array.from({ length: LENGTH }, (_, i) => 20_000 + i);
/** Daily bars whose closes follow these returns. */
function barsOf(symbol: string, returnOf: (i: number) => number, sessionDay = days): DailyBars {
  let price = 100;
  const close = Float64Array.from(
    { length: sessionDay.length },
    (_, i) => (price *= 1 + returnOf(sessionDay[i]! - 20_000)),
  );
  return { symbol, sessionDay, open: close, high: close, low: close, close, volumeShares: close.map(() => 1000) };
}
const wave = (i: number): number => 0.01 * Math.sin(i);
const index = barsOf('NIFTY50', wave);
const own = barsOf('OWN', (i) => (i >= LENGTH - 20 ? 0.005 - wave(i) : wave(i)));
const along = barsOf('ALONG', wave);
const young = barsOf('YOUNG', wave, days.subarray(60));

describe('layer 2 from prices', () => {
  it('compares each share with the index on the sessions of both, and leaves out who is too young', () => {
    const daily = [own, along, young];
    const panel = { daily, instruments: new Map(), actions: new Map(), sessionDay: days.at(-1)! } as unknown as Panel;
    const table = makeScanTable(
      ['return20', 'return63'],
      daily.map(({ symbol }) => ({ symbol, now: [0, 0], before: [0, 0], absentNow: [0, 0], absentBefore: [0, 0] })),
    );
    const moment = { sessionDate: '2026-02-27', atMs: 1 };
    expect(alertMarkets(panel, table, index, moment)).toMatchObject([
      { symbol: 'OWN', type: 'market_correlation', source: 'returns:NIFTY50', layer: 2 },
    ]);
    // Shifted by a day the index is another: the comparison is by session, not by place.
    const late = { ...index, sessionDay: days.map((day) => day + 1000) };
    expect(alertMarkets(panel, table, late, moment)).toEqual([]);
    expect(alertMarkets(panel, table, undefined, moment)).toEqual([]);
  });
});
