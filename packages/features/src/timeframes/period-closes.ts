import { lastSessionUpTo, PERIOD_END, type ExchangeCalendar } from '@aion/market';

/** References that tell kernels of daily bars when a week or month is over; `periodCloses` makes them. */
export const PERIOD_CLOSES = { week: 'closes_week', month: 'closes_month' } as const;
export type Period = keyof typeof PERIOD_CLOSES;

/** What a calendar says of each day, once per calendar: 1 where the day's session is the last of its week or month. */
const made = new WeakMap<ExchangeCalendar, Readonly<Record<Period, Uint8Array>>>();

/**
 * For each session: 1 when it is the exchange's last of its week and month, so that their bars are complete at its close, else 0. A
 * period that reaches beyond the calendar is complete at its own end only.
 */
export function periodCloses(
  sessionDay: Int32Array,
  calendar: ExchangeCalendar,
): Readonly<Record<string, Float64Array>> {
  let known = made.get(calendar);
  if (known === undefined)
    made.set(calendar, (known = { week: closingDays('week', calendar), month: closingDays('month', calendar) }));
  const flags = (days: Uint8Array): Float64Array =>
    Float64Array.from(sessionDay, (day) => days[day - calendar.firstDay] ?? 0);
  return { [PERIOD_CLOSES.week]: flags(known.week), [PERIOD_CLOSES.month]: flags(known.month) };
}

function closingDays(period: Period, calendar: ExchangeCalendar): Uint8Array {
  const { firstDay, lastDay } = calendar;
  const days = new Uint8Array(lastDay - firstDay + 1);
  for (let day = firstDay; day <= lastDay;) {
    const end = PERIOD_END[period](day);
    const last = lastSessionUpTo(end, calendar);
    if (last >= firstDay && last <= lastDay) days[last - firstDay] = 1;
    day = end + 1;
  }
  return days;
}
