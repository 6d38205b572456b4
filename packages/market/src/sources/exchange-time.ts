import { type EpochMs, toEpochDay, type Exchange } from '@aion/core';

export interface ExchangeFacts {
  readonly timeZone: string;
  readonly currency: string;
  /** Regular hours in minutes after midnight, where no calendar says otherwise. */
  readonly openMinute: number;
  readonly closeMinute: number;
}

export const EXCHANGE_FACTS: Readonly<Record<Exchange, ExchangeFacts>> = {
  NSE: { timeZone: 'Asia/Kolkata', currency: 'INR', openMinute: 555, closeMinute: 930 },
  US: { timeZone: 'America/New_York', currency: 'USD', openMinute: 570, closeMinute: 960 },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Epoch day and minute of the day that clocks in the zone show at an instant, daylight saving included.
 *
 * @example localTime(Date.parse('2026-02-27T03:45:00Z'), 'Asia/Kolkata') // { day: 20511, minute: 555 }, which is 09:15
 */
export function localTime(ms: EpochMs, timeZone: string): { day: number; minute: number } {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  const text = format.format(ms);
  return { day: toEpochDay(text.slice(0, 10)), minute: Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16)) };
}

/**
 * The instant at which clocks in the zone show the day and minute; of two (clocks set back) the earlier one.
 *
 * @example toIso(instantOf(toEpochDay('2026-02-27'), 9 * 60 + 15, 'Asia/Kolkata')) // '2026-02-27T03:45:00.000Z'
 */
export function instantOf(day: number, minute: number, timeZone: string): EpochMs {
  const wanted = day * 1440 + minute;
  let ms = wanted * 60_000;
  // The offset at the guess may differ from that at the answer; the second step settles it.
  for (let step = 0; step < 2; step++) {
    const shown = localTime(ms, timeZone);
    ms += (wanted - shown.day * 1440 - shown.minute) * 60_000;
  }
  return ms;
}
