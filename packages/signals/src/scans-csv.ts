import type { Badge, ScanRow, ScanSummary } from '@aion/contracts';
import { type Exchange, toMajor } from '@aion/core';
import { DISCLAIMER } from './tier-view.ts';
import { cell } from './signals-csv.ts';

/** The rows of a scan as CSV, with the session and the disclaimer on top. */
export function scanCsv(
  about: { readonly exchange: Exchange; readonly sessionDate: string; readonly badges: readonly Badge[] },
  scan: ScanSummary,
  rows: readonly ScanRow[],
): string {
  const figures = rows[0]?.figures.map(({ name }) => name) ?? [];
  const header = ['rank', 'symbol', 'name', 'sector', 'close', 'change_frac', ...figures, 'reasons', 'also_in'];
  const lines = rows.map((row) => [
    row.rank,
    row.symbol,
    row.name ?? '',
    row.sector ?? '',
    toMajor(row.closeMinor).toFixed(2),
    row.changeFrac ?? '',
    ...row.figures.map(({ value }) => value ?? ''),
    row.reasons.map(({ title }) => title).join('; '),
    row.alsoIn.join(' '),
  ]);
  const notes = [
    `# ${about.exchange} ${about.sessionDate} ${scan.id} ${about.badges.join(' ') || 'live'}`,
    `# ${DISCLAIMER}`,
  ];
  return `${[...notes.map((note) => cell(note)), header.map(cell).join(','), ...lines.map((line) => line.map(cell).join(','))].join('\r\n')}\r\n`;
}
