import { type Exchange, fromEpochDay, toEpochDay } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { QualityIssue } from './issue.ts';
import { sessionsBetween } from './session-ranks.ts';

/** Price step of an exchange, up to the day before it was made finer for a part of the shares. */
interface PriceTick {
  readonly size: number;
  readonly untilDay: number;
}

export interface SeriesContext {
  readonly calendar: ExchangeCalendar;
  /** The newest session that the market has bars of. */
  readonly marketLastDay: number;
  /** Sessions on which the whole market has no bars: reported once, not for each symbol. */
  readonly absentDays?: ReadonlySet<number>;
  /** An index has no volume and no splits. */
  readonly isIndex?: boolean;
}

/** A one-day move of adjusted closes beyond these is a split that nobody told us of until a person says otherwise. */
export const JUMP_DOWN_RATIO = 0.62;
export const JUMP_UP_RATIO = 1.9;
/** A move between bars further apart than this is no one-day move. */
const MAX_GAP_DAYS = 10;
const SUSPENSION_SESSIONS = 6;
const ENDED_SESSIONS = 20;
const QUIET_BARS = 10;
const SPIKE_LOG = Math.log(1.25);
/** Beyond this a price that comes back the next day was none: a slipped decimal, another unit. */
const BAD_PRINT_LOG = Math.log(1.5);
/** Below this many bars the share of prices off the tick says nothing. */
const MIN_TICK_BARS = 50;
const OFF_TICK_FRAC = 0.2;

/**
 * POST_ETL of one instrument: what a series of daily bars, adjusted with all known actions, shows by itself. Pure; nothing after
 * the last bar given is looked at. Findings are in the order of their days.
 */
export function checkSeries(bars: DailyBars, context: SeriesContext): QualityIssue[] {
  const { symbol } = bars;
  const broken = checkValues(bars);
  // Ratios of broken values would raise a chain of false alarms.
  if (broken.length > 0) return broken;
  return [
    ...checkMoves(bars, context),
    ...checkRepeats(bars, context),
    ...checkGaps(bars, context),
    ...checkVolumes(bars, context),
  ].map((issue) => ({ ...issue, symbol }));
}

const on = (day: number): string => fromEpochDay(day);
const round = (value: number): number => Number(value.toPrecision(8));

function checkValues({ symbol, sessionDay, open, high, low, close, volumeShares }: DailyBars): QualityIssue[] {
  const issues: QualityIssue[] = [];
  for (let i = 0; i < close.length; i++) {
    const [o, h, l, c] = [open[i]!, high[i]!, low[i]!, close[i]!];
    const day = sessionDay[i]!;
    const volume = volumeShares[i]!;
    const usable = o > 0 && h > 0 && l > 0 && c > 0 && h < Infinity && o < Infinity && c < Infinity;
    if (!usable || !(volume >= 0 && volume < Infinity)) {
      const message = `${symbol} on ${on(day)}: open ${o}, high ${h}, low ${l}, close ${c}, volume ${volume}`;
      issues.push({ code: 'not_a_number', symbol, day, message });
    } else if (h < Math.max(o, c, l) * (1 - 1e-9) || l > Math.min(o, c) * (1 + 1e-9)) {
      const message = `${symbol} on ${on(day)}: high ${h} and low ${l} do not bound open ${o} and close ${c}`;
      issues.push({ code: 'ohlc_order', symbol, day, message, values: { open: o, high: h, low: l, close: c } });
    }
    if (i > 0 && day <= sessionDay[i - 1]!) {
      const message = `${symbol}: the bar of ${on(day)} stands after that of ${on(sessionDay[i - 1]!)}`;
      issues.push({ code: 'out_of_order', symbol, day, message });
    }
  }
  return issues;
}

/** Share ratios of bonuses whose fall is smaller than a jump. Those of 5:4 and 6:5 look like a share that opens at its limit. */
const SIMPLE_RATIOS = [4 / 3, 3 / 2, 5 / 3];
const RATIO_TOLERANCE = 0.02;

function checkMoves({ sessionDay, open, close, symbol }: DailyBars, { isIndex }: SeriesContext): QualityIssue[] {
  const issues: QualityIssue[] = [];
  for (let i = 1; i < close.length; i++) {
    const ratio = close[i]! / close[i - 1]!;
    if (sessionDay[i]! - sessionDay[i - 1]! > MAX_GAP_DAYS) {
      // An action may lie in the gap; a person has to say whether one does.
      if (ratio >= JUMP_DOWN_RATIO && ratio <= JUMP_UP_RATIO) continue;
      const span = `${on(sessionDay[i - 1]!)} and ${on(sessionDay[i]!)}`;
      const message = `${symbol}: the close moved by a factor of ${ratio.toFixed(3)} between ${span}, without bars between`;
      const gap = { before: round(close[i - 1]!), open: round(open[i]!), close: round(close[i]!), ratio: round(ratio) };
      issues.push({ code: 'jump_over_gap', day: sessionDay[i]!, message, values: gap });
      continue;
    }
    const next = i + 1 < close.length ? close[i + 1]! / close[i - 1]! : undefined;
    const move = Math.abs(Math.log(ratio));
    const day = sessionDay[i]!;
    // Rounded for a finding only: nearly every bar is none.
    const values = () => ({
      before: round(close[i - 1]!),
      open: round(open[i]!),
      close: round(close[i]!),
      ratio: round(ratio),
    });
    if (move > SPIKE_LOG && next !== undefined && Math.abs(Math.log(next)) < 0.3 * move) {
      // Ratios, not prices: a later split must not make another finding of it.
      const message = `${symbol}: the close of ${on(day)} was ${ratio.toFixed(3)} times the one before, and came back to ${next.toFixed(3)} of it`;
      issues.push({ code: move > BAD_PRINT_LOG ? 'bad_print' : 'price_spike', day, message, values: values() });
      i++;
    } else if (ratio < JUMP_DOWN_RATIO || ratio > JUMP_UP_RATIO) {
      const message = `${symbol}: the close moved by a factor of ${ratio.toFixed(3)} on ${on(day)} and no corporate action explains it`;
      issues.push({ code: 'unexplained_jump', day, message, values: values() });
    } else if (isIndex !== true && ratio < 0.86) {
      const gap = close[i - 1]! / open[i]!;
      const match = SIMPLE_RATIOS.find((simple) => Math.abs(gap / simple - 1) < RATIO_TOLERANCE);
      if (match !== undefined && Math.abs(close[i]! / open[i]! - 1) < 0.05) {
        const message = `${symbol}: opened on ${on(day)} ${gap.toFixed(3)} to 1 below the close before: the ratio of a bonus of ${match.toFixed(3)} for 1`;
        issues.push({ code: 'possible_action', day, message, values: values() });
      }
    }
  }
  return issues;
}

function checkRepeats(
  { sessionDay, open, high, low, close, volumeShares, symbol }: DailyBars,
  { isIndex }: SeriesContext,
): QualityIssue[] {
  const issues: QualityIssue[] = [];
  let quietFrom = 0;
  const endQuiet = (end: number): void => {
    if (isIndex !== true && end - quietFrom >= QUIET_BARS) {
      const message = `${symbol} did not trade from ${on(sessionDay[quietFrom]!)} to ${on(sessionDay[end - 1]!)} (${end - quietFrom} sessions)`;
      issues.push({ code: 'no_trades', day: sessionDay[quietFrom]!, toDay: sessionDay[end - 1]!, message });
    }
  };
  for (let i = 0; i < close.length; i++) {
    const same =
      i > 0 && open[i] === open[i - 1] && high[i] === high[i - 1] && low[i] === low[i - 1] && close[i] === close[i - 1];
    const isQuiet = volumeShares[i] === 0 && (i === 0 || close[i] === close[i - 1]);
    if (!isQuiet) {
      endQuiet(i);
      quietFrom = i + 1;
    }
    // A bar of one price and no volume may well stand twice; a traded one does not.
    if (same && high[i]! > low[i]! && volumeShares[i] === volumeShares[i - 1]) {
      const message = `the bar of ${symbol} on ${on(sessionDay[i]!)} is that of ${on(sessionDay[i - 1]!)}`;
      issues.push({ code: 'copied_bar', day: sessionDay[i]!, message, values: { close: close[i]! } });
    }
  }
  endQuiet(close.length);
  return issues;
}

function checkGaps({ sessionDay, symbol }: DailyBars, context: SeriesContext): QualityIssue[] {
  const { calendar, marketLastDay, absentDays } = context;
  const issues: QualityIssue[] = [];
  const missingBetween = (after: number, before: number): number => {
    let missing = sessionsBetween(calendar, after, before);
    if (missing > 0 && absentDays !== undefined) {
      for (const day of absentDays) if (day > after && day < before) missing--;
    }
    return missing;
  };
  for (let i = 1; i < sessionDay.length; i++) {
    const [after, before] = [sessionDay[i - 1]!, sessionDay[i]!];
    if (before - after === 1) continue;
    const missing = missingBetween(after, before);
    if (missing <= 0) continue;
    const code = missing >= SUSPENSION_SESSIONS ? 'suspension' : 'missing_bars';
    const message = `${symbol} has no bar on ${missing} session${missing === 1 ? '' : 's'} between ${on(after)} and ${on(before)}`;
    issues.push({ code, day: after + 1, toDay: before - 1, message, values: { sessions: missing } });
  }
  const last = sessionDay.at(-1);
  if (last !== undefined && last < marketLastDay) {
    const missing = missingBetween(last, marketLastDay + 1);
    if (missing > 0) {
      const code = missing > ENDED_SESSIONS ? 'ended_series' : 'stale_series';
      const message = `the last bar of ${symbol} is of ${on(last)}, ${missing} sessions before the market's newest`;
      issues.push({ code, day: last, toDay: marketLastDay, message, values: { sessions: missing } });
    }
  }
  return issues;
}

const ZERO_VOLUME_FRAC = 0.05;

function checkVolumes({ volumeShares, symbol }: DailyBars, _context: SeriesContext): QualityIssue[] {
  let zero = 0;
  for (const volume of volumeShares) if (volume === 0) zero++;
  if (zero === 0 || zero < ZERO_VOLUME_FRAC * volumeShares.length) return [];
  const message = `${symbol} has no volume on ${zero} of ${volumeShares.length} bars`;
  return [{ code: 'zero_volume', message, values: { bars: volumeShares.length, zero } }];
}

/** NSE made the tick of cheaper shares finer in June 2024. */
const TICKS: Readonly<Record<string, PriceTick>> = {
  NSE: { size: 0.05, untilDay: toEpochDay('2024-06-10') },
  US: { size: 0.01, untilDay: Infinity },
};

/** Whether raw bars are what an exchange publishes: prices off its tick are somebody's adjusted ones. */
export function checkTick({ symbol, sessionDay, close }: DailyBars, exchange: Exchange): QualityIssue[] {
  const tick = TICKS[exchange];
  if (tick === undefined) return [];
  let off = 0;
  let bars = 0;
  for (; bars < close.length && sessionDay[bars]! < tick.untilDay; bars++) {
    const steps = close[bars]! / tick.size;
    if (Math.abs(steps - Math.round(steps)) > 1e-6 * Math.max(1, steps)) off++;
  }
  if (bars < MIN_TICK_BARS || off <= OFF_TICK_FRAC * bars) return [];
  const message = `${off} of ${bars} closes of ${symbol} are no multiple of ${tick.size}`;
  return [{ code: 'off_tick', symbol, message, values: { off, bars, tick: tick.size } }];
}
