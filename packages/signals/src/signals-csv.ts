import type { LatestSignals } from '@aion/contracts';
import { csvCell, toMajor } from '@aion/core';
import { DISCLAIMER } from './tier-view.ts';

const HEADER = [
  'rank',
  'symbol',
  'name',
  'sector',
  'side',
  'confidence',
  'entry_low',
  'entry_high',
  'stop',
  'targets',
  'reward_risk',
  'valid_until',
  'readiness',
  'status',
  'session_date',
  'published_at_utc',
  'published_exchange_time',
  'currency',
  'labels',
  'warnings',
];

/** The list as CSV with the run and the disclaimer on top. A cell that a spreadsheet would run as a formula is escaped. */
export function signalsCsv(list: LatestSignals, timeZone: string): string {
  const price = (minor: number | undefined): string => (minor === undefined ? '' : toMajor(minor).toFixed(2));
  const rows = list.signals.map((signal) => {
    const full = signal.access === 'full' ? signal : undefined;
    return [
      signal.rank,
      signal.symbol,
      signal.name ?? '',
      signal.sector ?? '',
      signal.side,
      full?.confidence ?? '',
      price(signal.plan?.entryLowMinor),
      price(signal.plan?.entryHighMinor),
      price(signal.plan?.stopMinor),
      full?.plan?.targetsMinor.map(price).join(' ') ?? price(signal.plan?.firstTargetMinor),
      full?.plan?.rewardRiskRatio ?? '',
      full?.plan?.validUntil ?? '',
      full?.readiness?.state ?? '',
      signal.status,
      signal.sessionDate,
      signal.publishedAt,
      exchangeTime(signal.publishedAt, timeZone),
      signal.currency,
      signal.badges.join(' '),
      signal.warnings.map(({ title }) => title).join('; '),
    ];
  });
  const notes = [
    `# ${list.exchange} ${list.sessionDate} revision ${list.revision}, ${list.badges.join(' ') || 'live'}`,
    `# ${DISCLAIMER}`,
  ];
  return (
    [...notes.map((note) => cell(note)), HEADER.join(','), ...rows.map((row) => row.map(cell).join(','))].join('\r\n') +
    '\r\n'
  );
}

/** A text or number as a cell of a CSV file, by the rules of `csvCell`. */
export function cell(value: string | number): string {
  return csvCell(String(value));
}

/** `2026-02-27 17:30` in the exchange's zone. */
function exchangeTime(instant: string, timeZone: string): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  // The Swedish form is the ISO one.
  return new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone }).format(Date.parse(instant));
}
