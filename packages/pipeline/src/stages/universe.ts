import { fromEpochDay, toEpochDay, type SessionDate } from '@aion/core';
import { isFund, tickMinorOf, type ExchangeCalendar } from '@aion/market';
import { gate, GATE_TITLES, type GateReason, type GateRules } from '@aion/universe';
import { loadPanel, type Panel } from '../market/panel.ts';
import type { ReasonTally } from '../ports.ts';
import type { Stage } from '../runner/stage.ts';
import { ISSUE_TITLES, type HeldBack } from './validate.ts';

export interface UniverseInput {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly heldBack: readonly HeldBack[];
  readonly rules: GateRules;
}

export interface UniverseOutput {
  readonly symbols: readonly string[];
  readonly rejected: readonly { readonly symbol: string; readonly reason: string; readonly detail: string }[];
}

/** The gates: they cut the universe and decide no trade. Every symbol that is cut has its reason. */
export const universeStage: Stage<UniverseInput, UniverseOutput> = {
  name: 'universe',
  title: 'Cut the market to the universe',
  async run({ sessionDate, barsHash, heldBack, rules }, context) {
    const panel = await loadPanel(context, sessionDate, barsHash);
    const output = gatePanel(panel, context.ports.market.calendar, heldBack, rules);
    const { symbols, rejected } = output;
    return {
      output,
      figures: { universe: symbols.length, rejected: rejected.length, underMeasures: panel.measures.inForce.size },
    };
  },
};

/** Puts every symbol of a panel through the gates: those that pass, and for each of the others the first gate that it fails. */
export function gatePanel(
  panel: Panel,
  calendar: ExchangeCalendar,
  heldBack: readonly HeldBack[],
  rules: GateRules,
): UniverseOutput {
  const held = new Map(heldBack.map((entry) => [entry.symbol, entry]));
  const windowStart = toEpochDay(
    calendar.previousSession(fromEpochDay(panel.sessionDay), rules.turnoverWindowSessions - 1),
  );
  const symbols: string[] = [];
  const rejected: { symbol: string; reason: string; detail: string }[] = [];
  for (const bars of panel.daily) {
    const known = held.get(bars.symbol);
    if (known !== undefined) {
      rejected.push({ symbol: bars.symbol, reason: known.reason, detail: known.detail });
      continue;
    }
    let barsInWindow = 0;
    for (let i = bars.sessionDay.length - 1; i >= 0 && bars.sessionDay[i]! >= windowStart; i--) barsInWindow++;
    const verdict = gate(
      {
        lastDay: bars.sessionDay.at(-1) ?? 0,
        historySessions: bars.close.length,
        high: bars.high,
        low: bars.low,
        close: bars.close,
        volumeShares: bars.volumeShares,
        tick:
          tickMinorOf(
            calendar.exchange,
            fromEpochDay(panel.sessionDay),
            monthCloseOf(bars),
            isFund(calendar.exchange, bars.symbol, panel.instruments.get(bars.symbol)),
          ) / 100,
        barsInWindow,
        measures: panel.measures.inForce.get(bars.symbol) ?? [],
      },
      panel.sessionDay,
      rules,
    );
    if (verdict.kind === 'passed') symbols.push(bars.symbol);
    else rejected.push({ symbol: bars.symbol, reason: verdict.reason, detail: verdict.detail });
  }
  return { symbols, rejected };
}

/** The last close before the month of the newest bar: what the exchange judges the tick by. The newest where there is none. */
function monthCloseOf({ sessionDay, close }: Panel['daily'][number]): number {
  const month = fromEpochDay(sessionDay.at(-1) ?? 0).slice(0, 7);
  const before = sessionDay.findLastIndex((day) => fromEpochDay(day).slice(0, 7) < month);
  return close[before] ?? close.at(-1) ?? 0;
}

const OTHER_TITLES: Readonly<Record<string, string>> = {
  short_window: 'Too few bars for the model window',
  bad_last_close: 'No usable last close',
  non_finite: 'A value inside the window is not a number',
  undefined_value: 'An input of the models is undefined',
  out_of_range: 'An input of the models is out of its range',
  not_in_preset: 'Left out by the preset that cuts the universe',
};

/** How often each reason occurs, with its title in words, the most frequent first. */
export function tallyReasons(
  entries: readonly { readonly reason: string }[],
  titles: Readonly<Record<string, string>> = {},
): ReasonTally[] {
  const counts = new Map<string, number>();
  for (const { reason } of entries) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({
      reason,
      title:
        titles[reason] ?? GATE_TITLES[reason as GateReason] ?? OTHER_TITLES[reason] ?? ISSUE_TITLES[reason] ?? reason,
      count,
    }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
