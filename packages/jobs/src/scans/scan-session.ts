import { AppError, toEpochDay, type SessionDate, type Exchange } from '@aion/core';
import { requireSession } from '../runs/session.ts';
import { loadCalendar } from '@aion/market';
import { gatePanel, heldBackIn, makeLakeReader, newestFullSession, readPanel, scanMarket } from '@aion/pipeline';
import { shapeScanRows } from '@aion/signals';
import {
  loadScanSet,
  makeScanBook,
  nearestHint,
  presetOf,
  scanOf,
  verdictOf,
  type ScanBook,
  type ScanSet,
  type Verdict,
} from '@aion/universe';
import { scanCsv } from '@aion/signals';
import type { ScanRow, ScanSummary } from '@aion/contracts';
import type { Host } from '../host.ts';

type ScanHost = Pick<Host, 'ingest' | 'config' | 'profile'>;

/** Every scan over one session, made anew from the lake: nothing that became known later is in it. */
export interface ScannedLake {
  readonly book: ScanBook;
  readonly set: ScanSet;
  /** Rows of a scan or preset as a member sees them who sees all. */
  rowsOf(id: string): { readonly entry: ScanSummary; readonly rows: readonly ScanRow[] };
  csvOf(id: string): string;
  /** Why a symbol is in a scan or not. Throws AppError(not_found) for one that is not stored, with what is known of it. */
  verdict(symbol: string, id: string): Verdict;
}

/** The scans and presets of a configuration. */
export const configuredScans = ({ config }: Pick<Host, 'config'>): ScanSet => loadScanSet(config.scanners);

/**
 * Scans a session (the newest whole one, when none is given) as its daily run would.
 *
 * @throws AppError(outside_calendar) for a day without a session, AppError(missing_data) for one without bars.
 */
export async function scanSession(host: ScanHost, market: Exchange, date?: SessionDate): Promise<ScannedLake> {
  const set = configuredScans(host);
  const newest = (await newestFullSession(host.ingest, market))?.sessionDate;
  const sessionDate = date ?? newest;
  if (sessionDate === undefined)
    throw new AppError('missing_data', `no bars of ${market} are stored yet; import some with \`aion import\``);
  const calendar = loadCalendar(market);
  requireSession(calendar, sessionDate);
  const { simulated } = await host.profile();
  const panel = await readPanel(makeLakeReader(host.ingest, market, simulated), sessionDate);
  const day = toEpochDay(sessionDate);
  if (!panel.daily.some(({ sessionDay }) => sessionDay.at(-1) === day)) {
    throw new AppError(
      'missing_data',
      `no bars of ${sessionDate} are stored${newest === undefined ? '' : `; the newest whole session is ${newest}`}`,
    );
  }
  const heldBack = heldBackIn(panel, calendar);
  const held = new Map(heldBack.map(({ symbol, reason, detail }) => [symbol, `${reason}: ${detail}`]));
  const universe = gatePanel(panel, calendar, heldBack, host.config.gates);
  const { screen, failed } = scanMarket(panel, calendar, set, universe, new Set(held.keys()));
  const book = makeScanBook(screen, {
    exchange: market,
    sessionDate,
    simulated,
    failed: [...failed],
    table: '',
    shareOf: (symbol) => {
      const instrument = panel.instruments.get(symbol);
      return { name: instrument?.name ?? null, sector: instrument?.sector ?? null };
    },
  });
  const rowsOf = (id: string) => shapeScanRows({ book, scannedAtMs: 0 }, id, 'elite', {})!;
  return {
    book,
    set,
    rowsOf,
    csvOf(id) {
      const { entry, rows } = rowsOf(id);
      return scanCsv({ exchange: market, sessionDate, badges: simulated ? ['SIMULATED'] : [] }, entry, rows);
    },
    verdict(symbol, id) {
      const row = screen.table.symbols.indexOf(symbol);
      if (row >= 0) return verdictOf(screen, id, row);
      const refuse = (why: string): AppError => new AppError('not_found', `${symbol} was not scanned: ${why}`);
      const known = held.get(symbol) ?? failed.find((one) => one.symbol === symbol)?.reason;
      if (known !== undefined) throw refuse(known);
      const names = panel.daily.map((bars) => bars.symbol);
      if (names.includes(symbol)) throw refuse(`it did not trade on ${sessionDate}`);
      throw refuse(`no bars of it are stored${nearestHint(symbol, names)}`);
    },
  };
}

/** The id of a scan or preset that was asked for by name. Throws AppError(bad_input) with the nearest names. */
export function requireScanId(set: ScanSet, asked: { readonly scan?: string; readonly preset?: string }): string {
  return asked.scan === undefined ? presetOf(set, asked.preset!).id : scanOf(set, asked.scan).id;
}
