import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { monthAndDay, weekdayFromMonday } from './civil-day.ts';

const WEEK_SIN = Float64Array.from({ length: 7 }, (_, day) => Math.sin((2 * Math.PI * day) / 7));
const WEEK_COS = Float64Array.from({ length: 7 }, (_, day) => Math.cos((2 * Math.PI * day) / 7));

/** Weekday, day of the month, month, and the weekday as a point on a circle. */
export const calendarKernel: Kernel = scalarKernel({
  outputs: 5,
  lookbackBars: 0,
  stateLength: 0,
  run({ sessionDay }, _needs, _state, from, to, [weekday, dayOfMonth, month, sin, cos]) {
    for (let i = from; i < to; i++) {
      const day = weekdayFromMonday(sessionDay[i]!);
      const civil = monthAndDay(sessionDay[i]!);
      weekday![i] = day;
      dayOfMonth![i] = civil % 100;
      month![i] = Math.floor(civil / 100);
      sin![i] = WEEK_SIN[day]!;
      cos![i] = WEEK_COS[day]!;
    }
  },
});

/** Calendar days since the bar before, and whether that was of an earlier session. */
export const gapKernel: Kernel = scalarKernel({
  outputs: 2,
  lookbackBars: 1,
  stateLength: 1,
  run({ sessionDay }, _needs, state, from, to, [gap, first]) {
    for (let i = from; i < to; i++) {
      const days = state[0] === 0 ? Number.NaN : sessionDay[i]! - sessionDay[i - 1]!;
      state[0] = 1;
      gap![i] = days;
      first![i] = Number.isNaN(days) ? days : Number(days !== 0);
    }
  },
});

/** Hour and minute at which the bar opened. */
export const clockKernel: Kernel = scalarKernel({
  outputs: 2,
  lookbackBars: 0,
  stateLength: 0,
  run({ openMinute }, _needs, _state, from, to, [hour, minute]) {
    for (let i = from; i < to; i++) {
      const at = openMinute === null ? Number.NaN : openMinute[i]!;
      hour![i] = Math.floor(at / 60);
      minute![i] = at % 60;
    }
  },
});

/**
 * Minutes since the session's first bar opened, and these as a point on a circle. A series may begin, or go on behind a bad bar, in the
 * middle of a session: until the next one begins nobody knows when this one opened.
 *
 * State: whether a bar was seen; its session; minute at which the session opened, NaN where that was not seen.
 */
export function sessionClockKernel(sessionMinutes: number): Kernel {
  return scalarKernel({
    outputs: 3,
    lookbackBars: 0,
    stateLength: 3,
    run({ sessionDay, openMinute }, _needs, state, from, to, [minute, sin, cos]) {
      for (let i = from; i < to; i++) {
        const day = sessionDay[i]!;
        if (state[0] === 0) state[2] = Number.NaN;
        else if (state[1] !== day) state[2] = openMinute === null ? Number.NaN : openMinute[i]!;
        state[0] = 1;
        state[1] = day;
        const since = openMinute === null ? Number.NaN : openMinute[i]! - state[2]!;
        const angle = (2 * Math.PI * since) / sessionMinutes;
        minute![i] = since;
        sin![i] = Math.sin(angle);
        cos![i] = Math.cos(angle);
      }
    },
  });
}
