import { lastSessionUpTo, PERIOD_END, type ExchangeCalendar } from '@aion/market';

/** References that tell kernels of daily bars when a week or month is over. */
export const PERIOD_CLOSES = { week: 'closes_week', month: 'closes_month' } as const;
export type Period = keyof typeof PERIOD_CLOSES;

/** What a calendar says of each of its days, once per calendar. */
const made = new WeakMap<ExchangeCalendar, Map<Period, Uint8Array>>();

/**
 * For each day of the calendar: 1 when its session is the exchange's last of the day's week or month, so that their bars are complete at
 * its close, else 0. A period that reaches beyond the calendar is complete at its own end only.
 */
export function closingDays(period: Period, calendar: ExchangeCalendar): Uint8Array {
  let known = made.get(calendar);
  if (known === undefined) made.set(calendar, (known = new Map()));
  const found = known.get(period);
  if (found !== undefined) return found;
  const { firstDay, lastDay } = calendar;
  const days = new Uint8Array(lastDay - firstDay + 1);
  for (let day = firstDay; day <= lastDay;) {
    const end = PERIOD_END[period](day);
    const last = lastSessionUpTo(end, calendar);
    if (last >= firstDay && last <= lastDay) days[last - firstDay] = 1;
    day = end + 1;
  }
  known.set(period, days);
  return days;
}
