import type { ReadinessReason } from './signals.ts';

/**
 * A reason of a refinement as people read it; the same words on a page, in a terminal and in a text of the API.
 *
 * @example readinessWords({ code: 'in_entry_zone' }) // 'the price is in the entry zone'
 */
export function readinessWords(reason: ReadinessReason): string {
  switch (reason.code) {
    case 'no_intraday':
      return reason.bars === 'none'
        ? 'not checked: no hourly bars exist for it'
        : 'not checked: its newest hourly bar is not of this session';
    case 'hourly_trend':
      return HOURLY_TREND[reason.trend];
    case 'four_hour_trend':
      return FOUR_HOUR_TREND[reason.trend];
    case 'micro_confirmation':
      return reason.confirmed
        ? 'hourly structure confirmed it within ten bars'
        : 'waits for a bullish break or sweep on the hourly chart';
    case 'above_entry':
      return 'waits because the price has run above the entry zone';
    case 'in_entry_zone':
      return 'the price is in the entry zone';
    case 'below_entry':
      return 'waits because the price is below the entry zone';
    case 'below_stop':
      return 'waits because the price is at or below the stop';
    case 'expired':
      return `waits because it was valid until ${reason.validUntil} only`;
    case 'measure':
      return `waits because ${measureWords(reason.flag, reason.detail)} bars entries`;
    case 'results':
      return `waits because results were due on ${reason.on}, and the signal was made without them`;
    case 'sentence':
      return reason.text;
  }
}

function measureWords(flag: Extract<ReadinessReason, { code: 'measure' }>['flag'], detail: string | null): string {
  switch (flag) {
    case 'asm':
      return `additional surveillance${inBrackets(detail)}`;
    case 'gsm':
      return `graded surveillance${inBrackets(detail)}`;
    case 't2t':
      return `trade-to-trade${inBrackets(detail)}`;
    case 'fno_ban':
      return 'the F&O ban';
    case 'price_band':
      return detail === null ? 'a narrow price band' : `a price band of ${detail} %`;
    case 'results':
      return 'a day of results';
  }
}

const inBrackets = (detail: string | null): string => (detail === null ? '' : ` (${detail})`);

const HOURLY_TREND = {
  up: 'the hourly trend is up',
  not_up: 'waits because the hourly trend is not up',
  too_few_bars: 'waits because too few hourly bars exist',
} as const;

const FOUR_HOUR_TREND = {
  not_down: 'the 4-hour trend does not stand against it',
  down: 'waits because the 4-hour trend is down',
  too_few_bars: 'waits because too few 4-hour bars exist',
} as const;

/**
 * Whether a refinement looked at the signal at all. Without hourly bars of the session it did not: the signal is not ready, and nothing
 * speaks against it either.
 *
 * @example isChecked({ reasons: [{ code: 'no_intraday', bars: 'none' }] }) // false
 */
export function isChecked({ reasons }: { readonly reasons: readonly ReadinessReason[] }): boolean {
  const [first] = reasons;
  return (first?.code === 'sentence' ? first.of : first?.code) !== 'no_intraday';
}
