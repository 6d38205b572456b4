import { fromEpochDay } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { CorporateAction } from './corporate-action.ts';

/** An action that the bars around its ex-date contradict. */
export interface RefutedAction {
  readonly action: CorporateAction;
  readonly message: string;
}

// Below this factor a refutation would hang on the ordinary move of a day.
const MIN_FACTOR = 1.3;

/**
 * Leaves out splits and bonuses whose fall in price did not happen: where the open of the ex-date stands nearer to the
 * close before it than to that close divided by the factor, the row is wrong (sources list some splits twice, days
 * apart). Only bars up to the ex-date are looked at, so that the answer for a day does not change later. An action
 * whose ex-date or the session before it has no bar is kept.
 */
export function checkActions(
  bars: DailyBars,
  actions: readonly CorporateAction[],
  calendar: Pick<ExchangeCalendar, 'isSessionDay' | 'firstDay'>,
): { actions: readonly CorporateAction[]; refuted: readonly RefutedAction[] } {
  const kept: CorporateAction[] = [];
  const refuted: RefutedAction[] = [];
  for (const action of actions) {
    const message = action.symbol === bars.symbol ? contradiction(bars, action, calendar) : undefined;
    if (message === undefined) kept.push(action);
    else refuted.push({ action, message });
  }
  return { actions: kept, refuted };
}

function contradiction(
  bars: DailyBars,
  { exDay, kind, value }: CorporateAction,
  { isSessionDay, firstDay }: Pick<ExchangeCalendar, 'isSessionDay' | 'firstDay'>,
): string | undefined {
  if (kind === 'dividend' || Math.max(value, 1 / value) < MIN_FACTOR) return undefined;
  const at = bars.sessionDay.indexOf(exDay);
  if (at < 1) return undefined;
  // Over a session that is missing the price has moved by itself.
  if (isSessionDay.subarray(bars.sessionDay[at - 1]! + 1 - firstDay, exDay - firstDay).includes(1)) return undefined;
  const before = bars.close[at - 1]!;
  const open = bars.open[at]!;
  const observed = Math.log(open / before);
  const expected = -Math.log(value);
  if (Math.abs(observed - expected) <= Math.abs(observed)) return undefined;
  return (
    `${bars.symbol} opened at ${open} on ${fromEpochDay(exDay)} after ${before}: the price shows no change of ` +
    `1:${value}; the action is left out, correct or remove its row`
  );
}
