import type { Badge, ScanList, ScanPage, ScanRow, ScanSummary, Tier } from '@aion/contracts';
import { toIso, toMinor, type EpochMs, type SessionDate } from '@aion/core';
import type { BookScan, ScanBook, Verdict } from '@aion/universe';

/** How many rows of each scan basic sees: the strongest. */
export const BASIC_SCAN_ROWS = 5;
/** Of more there is a cause that one reads in the log of the run. */
const MOST_FAILURES = 100;

/** A session's scans before any tier is applied. They leave this module only through the functions below. */
export interface ScannedSession {
  readonly book: ScanBook;
  readonly scannedAtMs: EpochMs;
}

export interface RowFilter {
  /** The beginning of a symbol. */
  readonly symbol?: string | undefined;
  readonly sector?: string | undefined;
}

const visibleRows = (tier: Tier): number | null => (tier === 'basic' ? BASIC_SCAN_ROWS : null);
const visibleOf = (entry: BookScan, tier: Tier): BookScan['matches'] =>
  tier === 'basic' ? entry.matches.slice(0, BASIC_SCAN_ROWS) : entry.matches;
const badgesOf = ({ simulated }: ScanBook): Badge[] => (simulated ? ['SIMULATED'] : []);

function toSummary(entry: BookScan): ScanSummary {
  const { id, kind, family, title, meaning, scans, matches } = entry;
  return { id, kind, family, title, meaning, matches: matches.length, scans };
}

/** The scans and presets of a session as a tier may see them; which symbols failed, and why, is for admins alone. */
export function shapeScanList(
  { book, scannedAtMs }: ScannedSession,
  sessions: readonly SessionDate[],
  tier: Tier,
  admin: boolean,
): ScanList {
  const of = (kind: BookScan['kind']): ScanSummary[] =>
    book.entries.filter((entry) => entry.kind === kind).map(toSummary);
  // A sector is named only where the tier sees a row of it.
  const seen = new Set(book.entries.flatMap((entry) => visibleOf(entry, tier).map(({ symbol }) => symbol)));
  const sectors = [...seen].map((symbol) => book.shares[symbol]?.sector ?? null).filter((sector) => sector !== null);
  return {
    exchange: book.exchange,
    sessionDate: book.sessionDate,
    scannedAt: toIso(scannedAtMs),
    tier,
    badges: badgesOf(book),
    symbols: book.symbols,
    failedSymbols: book.failed.length,
    failures: admin ? book.failed.slice(0, MOST_FAILURES) : null,
    scans: of('scan'),
    presets: of('preset'),
    sectors: [...new Set(sectors)].sort(),
    sessions: [...sessions],
    visibleRows: visibleRows(tier),
    unlockTier: tier === 'basic' ? 'pro' : null,
  };
}

/** The rows of a scan that a tier may see, behind the filters; undefined when there is no such scan. The strongest first. */
export function shapeScanRows(
  { book }: ScannedSession,
  id: string,
  tier: Tier,
  filter: RowFilter,
): { readonly entry: ScanSummary; readonly rows: readonly ScanRow[] } | undefined {
  const found = book.entries.find((entry) => entry.id === id);
  if (found === undefined) return undefined;
  const alsoIn = new Map<string, string[]>();
  for (const entry of book.entries) {
    if (entry.kind === 'preset' || entry.id === id) continue;
    // Beyond the rows that it sees of a scan, a tier is not told who is in it.
    for (const { symbol } of visibleOf(entry, tier)) alsoIn.set(symbol, [...(alsoIn.get(symbol) ?? []), entry.id]);
  }
  const rows = visibleOf(found, tier).map((match, place): ScanRow => {
    const share = book.shares[match.symbol]!;
    return {
      rank: place + 1,
      symbol: match.symbol,
      name: share.name,
      sector: share.sector,
      closeMinor: toMinor(share.close),
      changeFrac: share.changeFrac,
      figures: found.figures.map((figure, at) => ({ ...figure, value: match.values[at] ?? null })),
      reasons: match.reasons,
      alsoIn: alsoIn.get(match.symbol) ?? [],
    };
  });
  const wanted = rows.filter(
    (row) =>
      (filter.symbol === undefined || row.symbol.startsWith(filter.symbol)) &&
      (filter.sector === undefined || row.sector === filter.sector),
  );
  return { entry: toSummary(found), rows: wanted };
}

/** One page of a scan. `verdict` is of the one symbol that was asked for; tiers that see the first rows only get none. */
export function shapeScanPage(
  session: ScannedSession,
  tier: Tier,
  shaped: NonNullable<ReturnType<typeof shapeScanRows>>,
  page: { readonly start: number; readonly limit: number; readonly cursorOf: (place: number) => string },
  verdict: (Verdict & { readonly symbol: string }) | undefined,
): ScanPage {
  const { book, scannedAtMs } = session;
  const { entry, rows } = shaped;
  const end = page.start + page.limit;
  const hiddenRows = Math.max(0, entry.matches - (visibleRows(tier) ?? entry.matches));
  return {
    exchange: book.exchange,
    sessionDate: book.sessionDate,
    scannedAt: toIso(scannedAtMs),
    tier,
    badges: badgesOf(book),
    scan: entry,
    total: rows.length,
    gated: hiddenRows === 0 ? null : { hiddenRows, unlockTier: 'pro' },
    rows: rows.slice(page.start, end),
    nextCursor: end < rows.length ? page.cursorOf(end) : null,
    verdict:
      verdict === undefined || tier === 'basic'
        ? null
        : { symbol: verdict.symbol, state: verdict.state, reasons: [...verdict.reasons] },
  };
}
