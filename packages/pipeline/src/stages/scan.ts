import type { SessionDate } from '@aion/core';
import {
  alertPatterns,
  cutUniverse,
  encodeScanTable,
  loadScanSet,
  makeEventBus,
  makeScanBook,
  prioritise,
  type ScannerConfig,
} from '@aion/universe';
import { alertMarkets } from '../scans/market-alerts.ts';
import { indexOf } from '../market/market-index.ts';
import { loadPanel } from '../market/panel.ts';
import type { Stage } from '../runner/stage.ts';
import { scanMarket } from '../scans/scan-market.ts';
import { saveScans } from '../scans/scan-store.ts';
import type { UniverseOutput } from './universe.ts';
import type { HeldBack } from './validate.ts';

export interface ScanInput {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly heldBack: readonly HeldBack[];
  readonly universe: UniverseOutput;
  readonly scanners: ScannerConfig;
}

export interface ScanOutput {
  /** The universe, cut by the preset that the configuration names, if any: never more than it was. */
  readonly symbols: readonly string[];
  readonly left: readonly { readonly symbol: string; readonly reason: 'not_in_preset'; readonly detail: string }[];
  /** The object with every match and its reasons. */
  readonly book: string;
}

/**
 * Scans and presets over the whole market, kept for pages and answers, and their alerts on the bus. Scans decide no trade: a preset may
 * leave symbols out and adds none.
 */
export const scanStage: Stage<ScanInput, ScanOutput> = {
  name: 'scan',
  title: 'Scan the market',
  async run({ sessionDate, barsHash, heldBack, universe, scanners }, context) {
    const { ports } = context;
    const { exchange, calendar, simulated } = ports.market;
    const panel = await loadPanel(context, sessionDate, barsHash);
    const set = loadScanSet(scanners);
    const held = new Set(heldBack.map(({ symbol }) => symbol));
    const { screen, failed, gates } = scanMarket(panel, calendar, set, universe, held, context.progress);
    for (const { symbol, reason } of failed)
      ports.telemetry.log('warn', 'a symbol could not be scanned', { symbol, reason });

    const table = await ports.objects.put('scans', encodeScanTable(screen.table, gates), '.bin');
    const book = makeScanBook(screen, {
      exchange,
      sessionDate,
      simulated,
      failed: [...failed],
      table: table.key,
      shareOf: (symbol) => {
        const instrument = panel.instruments.get(symbol);
        return { name: instrument?.name ?? null, sector: instrument?.sector ?? null };
      },
    });
    const pointer = await saveScans(ports, book, ports.marketClock.nowMs());

    const session = calendar.session(sessionDate);
    const atMs = session.kind === 'closed' ? 0 : session.closeMs;
    const alerts = [
      ...alertPatterns(screen, { sessionDate, atMs, timeframe: 'daily' }),
      ...alertMarkets(panel, screen.table, indexOf(panel, exchange), { sessionDate, atMs }),
    ];
    const { list } = prioritise(alerts, screen.table, { minTurnover: ports.gateRules.minMedianTurnover });
    const listed = new Set(list.flatMap(({ alertIds }) => alertIds));
    const bus = makeEventBus(ports, exchange);
    await bus.publish(alerts.filter(({ id }) => listed.has(id)));

    const { universePreset } = scanners;
    const symbols = universePreset === null ? universe.symbols : cutUniverse(universe.symbols, screen, universePreset);
    const kept = new Set(symbols);
    const left = universe.symbols
      .filter((symbol) => !kept.has(symbol))
      .map((symbol) => ({ symbol, reason: 'not_in_preset' as const, detail: `preset ${universePreset}` }));
    const matched = Object.keys(book.shares).length;
    return {
      output: { symbols, left, book: pointer.object },
      figures: {
        symbols: book.symbols,
        failed: failed.length,
        scans: set.scans.length,
        matched,
        alerts: listed.size,
        prioritised: list.length,
        left: left.length,
      },
    };
  },
};
