import { errorMessage } from '@aion/core';
import { dailySeries, makeReferences, type References } from '@aion/features';
import type { DailyBars, ExchangeCalendar } from '@aion/market';
import {
  columnsOfSet,
  GATE_TITLES,
  makeRowReader,
  makeScanTable,
  readReferences,
  runScreen,
  type GateReason,
  type ScanRow,
  type ScanSet,
  type Screen,
} from '@aion/universe';
import type { Panel } from './panel.ts';
import type { UniverseOutput } from './stages/universe.ts';

/** The index that strength is measured against, by exchange. */
const INDEX: Readonly<Record<string, string>> = { NSE: 'NIFTY50', US: 'SPX' };

/** The index that an exchange's shares are compared with; undefined where its bars are not stored. */
export const indexOf = (panel: Panel, exchange: string): DailyBars | undefined =>
  panel.index.find(({ symbol }) => symbol === INDEX[exchange]);

/** Beside columns that read none. */
const NO_REFERENCES: References = { on: () => ({}), hashUpTo: () => '' };

export interface ScannedMarket {
  readonly screen: Screen;
  /** Symbols whose figures could not be computed; the others go on. */
  readonly failed: readonly { readonly symbol: string; readonly reason: string }[];
  /** Words of the gate that each symbol did not pass. */
  readonly gates: Readonly<Record<string, string>>;
}

/**
 * Runs every scan over the symbols that traded on the panel's session and were not held back: adjusted as of the session, on their whole
 * history. The panel holds nothing later, so neither does any figure.
 */
export function scanMarket(
  panel: Panel,
  calendar: ExchangeCalendar,
  set: ScanSet,
  universe: UniverseOutput,
  heldBack: ReadonlySet<string>,
  onProgress: (done: number, total: number) => void = () => undefined,
): ScannedMarket {
  const wanted = panel.daily.filter(
    ({ symbol, sessionDay }) => !heldBack.has(symbol) && sessionDay.at(-1) === panel.sessionDay,
  );
  const index = indexOf(panel, calendar.exchange);
  const columns = columnsOfSet(set);
  const references = readReferences(columns)
    ? makeReferences(calendar, index === undefined ? {} : { index_close: index })
    : NO_REFERENCES;
  const readRow = makeRowReader(columns);
  const rows: ScanRow[] = [];
  const failed: { symbol: string; reason: string }[] = [];
  for (const [at, bars] of wanted.entries()) {
    try {
      const actions = panel.actions.get(bars.symbol) ?? [];
      rows.push(readRow(bars.symbol, dailySeries(bars, panel.sessionDay, { actions, references })));
    } catch (error) {
      failed.push({ symbol: bars.symbol, reason: errorMessage(error) });
    }
    if (at % 200 === 199) onProgress(at + 1, wanted.length);
  }
  const gates = Object.fromEntries(
    universe.rejected.map(({ symbol, reason, detail }) => [
      symbol,
      `${GATE_TITLES[reason as GateReason] ?? reason} (${detail})`,
    ]),
  );
  const screen = runScreen(makeScanTable(columns, rows), set, (symbol) => gates[symbol]);
  return { screen, failed, gates };
}
