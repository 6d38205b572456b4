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
/** Of two logarithms. */
const ROUNDING = 1e-12;

/**
 * Drops splits and bonuses whose fall in price did not happen: where the open of the ex-date stands nearer to the close before it than to
 * that close divided by the factor, the row is wrong (sources list some splits twice, days apart). Of several actions of one day the price
 * shows the product: those that explain its fall best are kept, all of them where that is as good. Only bars up to the ex-date are looked
 * at, so that the answer for a day does not change later. An action is kept when its ex-date or the session before it has no bar.
 */
export function checkActions(
  bars: DailyBars,
  actions: readonly CorporateAction[],
  calendar: Pick<ExchangeCalendar, 'isSessionDay' | 'firstDay'>,
): { actions: readonly CorporateAction[]; refuted: readonly RefutedAction[] } {
  const refuted: RefutedAction[] = [];
  const judged = actions.filter((action) => action.symbol === bars.symbol && isJudged(action));
  for (const [exDay, ofDay] of Map.groupBy(judged, (action) => action.exDay)) {
    const fall = fallOn(bars, exDay, calendar);
    if (fall === undefined) continue;
    const best = bestOf(ofDay, fall.log);
    for (const action of ofDay)
      if (!best.includes(action))
        refuted.push({ action, message: messageOf(bars.symbol, action, fall, best.length > 0) });
  }
  const out = new Set(refuted.map(({ action }) => action));
  return { actions: actions.filter((action) => !out.has(action)), refuted };
}

const isJudged = ({ kind, value }: CorporateAction): boolean =>
  kind !== 'dividend' && Math.max(value, 1 / value) >= MIN_FACTOR;

interface Fall {
  readonly before: number;
  readonly open: number;
  /** Logarithm of how many times the open the close before it was. */
  readonly log: number;
}

/** What the price did on an ex-date; undefined where a bar is missing beside it: over a session that is missing it has moved by itself. */
function fallOn(
  bars: DailyBars,
  exDay: number,
  { isSessionDay, firstDay }: Pick<ExchangeCalendar, 'isSessionDay' | 'firstDay'>,
): Fall | undefined {
  const at = bars.sessionDay.indexOf(exDay);
  if (at < 1) return undefined;
  if (isSessionDay.subarray(bars.sessionDay[at - 1]! + 1 - firstDay, exDay - firstDay).includes(1)) return undefined;
  const [before, open] = [bars.close[at - 1]!, bars.open[at]!];
  return { before, open, log: Math.log(before / open) };
}

/** More actions of one day than this are no day's: then each is judged by itself. */
const MOST_OF_A_DAY = 6;

/** The actions whose product is nearest to the fall; of equally near ones the most. */
function bestOf(ofDay: readonly CorporateAction[], fall: number): readonly CorporateAction[] {
  if (ofDay.length > MOST_OF_A_DAY) return ofDay.flatMap((action) => bestOf([action], fall));
  let best: { readonly actions: readonly CorporateAction[]; readonly miss: number } | undefined;
  for (let chosen = 2 ** ofDay.length - 1; chosen >= 0; chosen--) {
    const actions = ofDay.filter((_, place) => (chosen >> place) % 2 === 1);
    const miss = Math.abs(fall - actions.reduce((sum, { value }) => sum + Math.log(value), 0));
    const isBetter =
      best === undefined ||
      miss < best.miss - ROUNDING ||
      (miss <= best.miss + ROUNDING && actions.length > best.actions.length);
    if (isBetter) best = { actions, miss };
  }
  return best!.actions;
}

function messageOf(
  symbol: string,
  { exDay, value }: CorporateAction,
  { open, before }: Fall,
  othersCount: boolean,
): string {
  const beside = othersCount ? 'beside the other action of the day ' : '';
  return (
    `${symbol} opened at ${open} on ${fromEpochDay(exDay)} after ${before}: ${beside}the price shows no change of ` +
    `1:${value}; the action is left out, correct or remove its row`
  );
}
