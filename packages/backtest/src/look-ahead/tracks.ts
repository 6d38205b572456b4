import { dailyTrack, periodTrack } from './daily-track.ts';
import { intradayTrack, lastBars } from './intraday-track.ts';
import type { LookAheadMarket } from './market.ts';
import { TIMEFRAMES, type Timeframe, type Track } from './track.ts';

/** Enough for every warm-up of a year and more, short enough to be cut a thousand times. */
const DAILY_SESSIONS = 900;
const BASE_BARS = { '4H': Infinity, '1H': 900, '5m': Infinity, '1m': 900 };

/** Every instrument of a market on the wanted timeframes, where it has bars of them. */
export function tracksOf(market: LookAheadMarket, timeframes: readonly Timeframe[] = TIMEFRAMES): Track[] {
  const { daily, hourly, minute } = market;
  return timeframes
    .flatMap((timeframe): Track[] => {
      if (timeframe === '1D') return daily.map((raw) => dailyTrack(market, raw, DAILY_SESSIONS));
      if (timeframe === '1W' || timeframe === '1M') return daily.map((raw) => periodTrack(market, raw, timeframe));
      const base = timeframe === '4H' || timeframe === '1H' ? hourly : minute;
      return base.map((raw, at) =>
        intradayTrack(market, lastBars(raw, BASE_BARS[timeframe]), base[(at + 1) % base.length]!, timeframe),
      );
    })
    .filter(({ bars }) => bars > 0);
}
