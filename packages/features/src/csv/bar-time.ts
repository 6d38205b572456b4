import { epochDayOf, type ExchangeCalendar } from '@aion/market';

/** When a bar opened on the exchange's clock; `minute` is null where only a date is given. */
export interface BarTime {
  readonly sessionDay: number;
  readonly minute: number | null;
  /** Seconds after the minute: they order bars, no session asks for them. */
  readonly second: number;
}

const DATE_TIME =
  /^(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
const DAY_FIRST = /^(\d{2})[-/](\d{2}|[A-Za-z]{3})[-/](\d{4})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const EPOCH = /^\d{9,13}$/;
const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
const MINUTES_A_DAY = 1440;

/**
 * Reads a date (`2026-02-27`, `20260227`, `27-02-2026`, `27-Feb-2026`), with a time or without, or an instant (an offset, a Z, epoch
 * seconds or milliseconds). A time without an offset is the exchange's; an instant is shown on its clock. Undefined for anything else.
 */
export function parseBarTime(text: string, calendar: ExchangeCalendar): BarTime | undefined {
  if (EPOCH.test(text)) {
    const ms = text.length > 10 ? Number(text) : Number(text) * 1000;
    return onTheClock(ms, calendar);
  }
  const iso = DATE_TIME.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    const sessionDay = epochDayOf(Number(year), Number(month), Number(day));
    if (zone === undefined || sessionDay < 0) return checked(sessionDay, hour, minute, second);
    const local = checked(sessionDay, hour, minute, second);
    const offset = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
    if (local === undefined || local.minute === null) return undefined;
    return onTheClock(((sessionDay * MINUTES_A_DAY + local.minute - offset) * 60 + local.second) * 1000, calendar);
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst === null) return undefined;
  const [, day, month, year, hour, minute, second] = dayFirst;
  const named = MONTHS.indexOf(month!.toUpperCase());
  const monthNumber = /\d/.test(month!) ? Number(month) : named % 3 === 0 ? named / 3 + 1 : 0;
  return checked(epochDayOf(Number(year), monthNumber, Number(day)), hour, minute, second);
}

function checked(sessionDay: number, hour?: string, minute?: string, second?: string): BarTime | undefined {
  if (sessionDay < 0) return undefined;
  if (hour === undefined) return { sessionDay, minute: null, second: 0 };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  return { sessionDay, minute: Number(hour) * 60 + Number(minute), second: Number(second ?? 0) };
}

function onTheClock(ms: number, calendar: ExchangeCalendar): BarTime {
  const minutes = calendar.localMinutesAt(ms);
  const whole = Math.floor(minutes);
  return {
    sessionDay: Math.floor(whole / MINUTES_A_DAY),
    minute: ((whole % MINUTES_A_DAY) + MINUTES_A_DAY) % MINUTES_A_DAY,
    second: Math.floor(ms / 1000) % 60,
  };
}
