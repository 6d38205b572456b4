import type { ScanFigure, ScanList, ScanPage, ScanReason, ScanRow, ScanSummary, Tier } from '@aion/contracts';
import { CANARY, fullSignal, SESSION, SIGNAL_COUNT } from './fixture-market.ts';

/** The made-up scans behind the fixture API. Rows that basic does not see carry the canary in their reasons. */
export const SCANNED = 120;
const EARLIER = '2026-02-26';
const BASIC_ROWS = 5;

const scan = (id: string, family: ScanSummary['family'], title: string, matches: number): ScanSummary => ({
  id,
  kind: family === null ? 'preset' : 'scan',
  family,
  title,
  meaning: `What ${title.toLowerCase()} means, in one sentence.`,
  matches,
  scans: family === null ? ['breakout-20', 'unusual-volume'] : [],
});
const PRESETS = [scan('swing-candidates', null, 'Swing candidates', 70), scan('quiet', null, 'Quiet before a move', 4)];
const SCANS = [
  scan('unusual-volume', 'volume', 'Unusual volume', 12),
  scan('breakout-20', 'breakout', 'Breakout of 20 days', 40),
  scan('gap-up', 'breakout', 'Gap up', 0),
  scan('rsi-oversold', 'reversal', 'RSI oversold', 6),
  scan('smc-order-block', 'smart-money', 'At a bullish order block', 9),
];
const ALL = [...PRESETS, ...SCANS];

const share = (index: number): Pick<ScanRow, 'symbol' | 'name' | 'sector'> => {
  if (index >= SIGNAL_COUNT) return { symbol: `SHARE${index}`, name: null, sector: null };
  const { symbol, name, sector } = fullSignal(index);
  return { symbol, name, sector };
};
/** A symbol that was scanned and is in nothing. */
export const OUTSIDE = share(SCANNED - 1).symbol;

function rowsOf({ id, matches }: ScanSummary): ScanRow[] {
  const figures = (rank: number): ScanFigure[] => [
    {
      name: 'volume_ratio20',
      title: 'Volume over the mean of the 20 bars before',
      value: 5 - rank / 20,
      unit: 'number',
    },
    { name: 'return20', title: 'Return over 20 bars', value: rank === 3 ? null : 0.2 - rank / 500, unit: 'frac' },
    { name: 'turnover', title: 'Median turnover', value: 12_300_000, unit: 'money' },
  ];
  return Array.from({ length: matches }, (_, index): ScanRow => {
    const reasons: ScanReason[] = [
      { state: 'met', title: `Close is ${200 - index}, above Highest high of the 20 bars before ${190 - index}` },
    ];
    if (index >= BASIC_ROWS) reasons.push({ state: 'met', title: `Only for full plans: ${CANARY}` });
    return {
      rank: index + 1,
      ...share(index),
      closeMinor: (200 - index) * 100,
      changeFrac: index % 3 === 2 ? -0.012 : 0.021,
      figures: figures(index + 1),
      reasons,
      alsoIn: SCANS.filter((other) => other.id !== id && index < other.matches).map((other) => other.id),
    };
  });
}

export function scanList(tier: Tier, admin: boolean, date: string | null): ScanList | null {
  if (date !== null && date !== SESSION && date !== EARLIER) return null;
  const seen = Array.from({ length: SIGNAL_COUNT }, (_, index) => fullSignal(index).sector ?? '');
  return {
    exchange: 'NSE',
    sessionDate: date ?? SESSION,
    scannedAt: '2026-02-27T10:41:00Z',
    tier,
    badges: ['SIMULATED'],
    symbols: SCANNED,
    failedSymbols: 2,
    failures: admin ? [{ symbol: 'BROKEN', reason: 'the column cannot be read' }] : null,
    scans: SCANS,
    presets: PRESETS,
    sectors: [...new Set(tier === 'basic' ? seen.slice(0, BASIC_ROWS) : seen)].sort(),
    sessions: [SESSION, EARLIER],
    visibleRows: tier === 'basic' ? BASIC_ROWS : null,
    unlockTier: tier === 'basic' ? 'pro' : null,
  };
}

/** One page of a scan; null when there is no such scan. */
export function scanPage(id: string, tier: Tier, search: URLSearchParams): ScanPage | null {
  const entry = ALL.find((each) => each.id === id);
  if (entry === undefined) return null;
  const basic = tier === 'basic';
  const rows = filteredRows(entry, basic, search);
  const start = Number(search.get('cursor') ?? 0);
  const end = start + Number(search.get('limit') ?? 50);
  const hiddenRows = basic ? Math.max(0, entry.matches - BASIC_ROWS) : 0;
  return {
    exchange: 'NSE',
    sessionDate: search.get('date') ?? SESSION,
    scannedAt: '2026-02-27T10:41:00Z',
    tier,
    badges: ['SIMULATED'],
    scan: entry,
    total: rows.length,
    gated: hiddenRows === 0 ? null : { hiddenRows, unlockTier: 'pro' },
    rows: rows.slice(start, end),
    nextCursor: end < rows.length ? String(end) : null,
    verdict: basic ? null : verdictOf(entry, search.get('symbol')),
  };
}

function filteredRows(entry: ScanSummary, basic: boolean, search: URLSearchParams): ScanRow[] {
  const [symbol, sector] = [search.get('symbol'), search.get('sector')];
  return rowsOf(entry)
    .slice(0, basic ? BASIC_ROWS : undefined)
    .filter((row) => (symbol === null || row.symbol.startsWith(symbol)) && (sector === null || row.sector === sector));
}

function verdictOf(entry: ScanSummary, symbol: string | null): ScanPage['verdict'] {
  if (symbol === null) return null;
  const row = rowsOf(entry).find((each) => each.symbol === symbol);
  if (row !== undefined) return { symbol, state: 'matched', reasons: row.reasons };
  if (symbol !== OUTSIDE) return null;
  const reasons: ScanReason[] = [
    { state: 'met', title: 'Relative strength index, 14 bars is 44.96, between 40 and 60' },
    { state: 'failed', title: 'Close is 80, not above Highest high of the 20 bars before 92' },
    { state: 'unknown', title: 'Simple moving average, 200 bars: 120 bars of history, 200 are needed' },
  ];
  return { symbol, state: 'failed', reasons };
}

export function scanCsv(id: string, search: URLSearchParams): string {
  const found = ALL.find((each) => each.id === id);
  const rows = found === undefined ? [] : filteredRows(found, false, search);
  return [
    '# NSE SIMULATED',
    '# Not investment advice.',
    'rank,symbol',
    ...rows.map((r) => `${r.rank},${r.symbol}`),
    '',
  ].join('\r\n');
}
