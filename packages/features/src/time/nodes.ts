import { featureNode, type FeatureNode } from '../engine/node.ts';
import { SESSION_MINUTES } from '../indicators/levels/nodes.ts';
import { calendarKernel, clockKernel, gapKernel, sessionClockKernel } from './time-kernels.ts';

const SOURCE = 'session date and opening minute in exchange time';
const CIRCLE = { low: -1, high: 1 } as const;
const INTRADAY = 'bars within a session only, no value on daily bars';

/** When a bar was. Nothing here knows of sessions to come. */
export const TIME_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'calendar',
    kernel: calendarKernel,
    source: SOURCE,
    readsCalendar: true,
    columns: [
      { name: 'day_of_week', title: 'Day of the week, Monday 0', low: 0, high: 6, warmUpBars: 1 },
      { name: 'day_of_month', title: 'Day of the month', low: 1, high: 31, warmUpBars: 1 },
      { name: 'month', title: 'Month', low: 1, high: 12, warmUpBars: 1 },
      { name: 'week_sin', title: 'Sine of the day in its week of seven', warmUpBars: 1, ...CIRCLE },
      { name: 'week_cos', title: 'Cosine of the day in its week of seven', warmUpBars: 1, ...CIRCLE },
    ],
  }),
  featureNode({
    name: 'session_gap',
    kernel: gapKernel,
    source: SOURCE,
    readsCalendar: true,
    columns: [
      { name: 'gap_days', title: 'Calendar days since the bar before', low: 0, warmUpBars: 2 },
      { name: 'first_bar_of_session', title: 'First bar of its session', low: 0, high: 1, warmUpBars: 2 },
    ],
  }),
  featureNode({
    name: 'clock',
    kernel: clockKernel,
    source: SOURCE,
    readsCalendar: true,
    columns: [
      { name: 'hour_of_day', title: `Hour at which the bar opened (${INTRADAY})`, low: 0, high: 23, warmUpBars: 1 },
      {
        name: 'minute_of_hour',
        title: `Minute at which the bar opened (${INTRADAY})`,
        low: 0,
        high: 59,
        warmUpBars: 1,
      },
    ],
  }),
  featureNode({
    name: 'session_clock',
    kernel: sessionClockKernel(SESSION_MINUTES),
    source: SOURCE,
    readsCalendar: true,
    columns: [
      // In bars at least: the session in which a series begins has none.
      {
        name: 'minute_of_session',
        title: `Minutes since the session's first bar opened (${INTRADAY})`,
        low: 0,
        high: 1439,
        warmUpBars: 2,
        settleBars: SESSION_MINUTES + 1,
      },
      ...(['sin', 'cos'] as const).map((part) => ({
        name: `session_${part}`,
        title: `${part === 'sin' ? 'Sine' : 'Cosine'} of the minute in a session of ${SESSION_MINUTES} (${INTRADAY})`,
        warmUpBars: 2,
        settleBars: SESSION_MINUTES + 1,
        ...CIRCLE,
      })),
    ],
  }),
];
