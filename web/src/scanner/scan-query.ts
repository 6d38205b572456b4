import type { ScanFamily, ScanList, ScanSummary } from '@aion/contracts';

/** What is looked at; all of it lives in the address, beside the session. */
export interface ScanFilter {
  readonly scan: string;
  /** The beginning of a symbol, or none. */
  readonly symbol: string;
  readonly sector: string;
}

const SYMBOL_LENGTH = 32;
export const SCAN_ROWS = 50;

/** What was typed as the API takes it: capitals, and only what symbols are made of. */
export const cleanSymbol = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9&_.-]/g, '')
    .slice(0, SYMBOL_LENGTH);

/** Where the API has the rows of a scan, of the export or of one page. */
export function scanPath(
  sessionDate: string,
  { scan, symbol, sector }: ScanFilter,
  part: { readonly cursor: string | null } | 'export',
): string {
  const query = new URLSearchParams({ date: sessionDate });
  if (symbol !== '') query.set('symbol', symbol);
  if (sector !== '') query.set('sector', sector);
  const path = `/v1/scans/${encodeURIComponent(scan)}`;
  if (part === 'export') return `${path}/export.csv?${query}`;
  query.set('limit', String(SCAN_ROWS));
  if (part.cursor !== null) query.set('cursor', part.cursor);
  return `${path}?${query}`;
}

const FAMILIES: Readonly<Record<ScanFamily, string>> = {
  volume: 'Volume',
  breakout: 'Breakout',
  consolidation: 'Consolidation',
  reversal: 'Reversal',
  trend: 'Trend',
  momentum: 'Momentum',
  'smart-money': 'Smart money',
  own: 'Own scans',
};

export interface ScanGroup {
  readonly title: string;
  readonly scans: readonly ScanSummary[];
}

/** The presets, then the scans family by family in the server's order; a group of none is left out. */
export function groupScans({ presets, scans }: Pick<ScanList, 'presets' | 'scans'>): ScanGroup[] {
  const families = [...new Set(scans.map(({ family }) => family))];
  return [
    { title: 'Presets', scans: presets },
    ...families.map((family) => ({
      title: family === null ? 'Other scans' : FAMILIES[family],
      scans: scans.filter((scan) => scan.family === family),
    })),
  ].filter((group) => group.scans.length > 0);
}

/** The scan that is looked at when the address names none: the first preset. */
export const firstScan = ({ presets, scans }: Pick<ScanList, 'presets' | 'scans'>): string =>
  (presets[0] ?? scans[0])?.id ?? '';

/** Of the scans that a symbol is in, the one that says most: the fewest others are in it. */
export function rarest(ids: readonly string[], byId: ReadonlyMap<string, ScanSummary>): ScanSummary[] {
  return ids
    .map((id) => byId.get(id))
    .filter((scan) => scan !== undefined)
    .sort((a, b) => a.matches - b.matches);
}
