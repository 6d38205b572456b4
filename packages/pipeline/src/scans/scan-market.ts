import { errorMessage } from '@aion/core';
import { dailySeries, type References, type ReferenceSource } from '@aion/features';
import type { ExchangeCalendar } from '@aion/market';
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
import { panelReferences } from '../features/feature-panel.ts';
import type { Panel } from '../market/panel.ts';
import type { UniverseOutput } from '../stages/universe.ts';

/** Beside columns that read none. */
const NOTHING: References = { on: () => ({}), hashUpTo: () => '' };
const NO_REFERENCES: Pick<ReferenceSource, 'of'> = { of: () => NOTHING };

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
  const columns = columnsOfSet(set);
  // Records are no part of what a scan is made from: columns that need them are refused when a scan is loaded.
  const references = readReferences(columns) ? panelReferences(panel, calendar) : NO_REFERENCES;
  const readRow = makeRowReader(columns);
  const rows: ScanRow[] = [];
  const failed: { symbol: string; reason: string }[] = [];
  for (const [at, bars] of wanted.entries()) {
    try {
      const actions = panel.actions.get(bars.symbol) ?? [];
      rows.push(
        readRow(bars.symbol, dailySeries(bars, panel.sessionDay, { actions, references: references.of(bars.symbol) })),
      );
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
