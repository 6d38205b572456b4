import { fromEpochDay } from '@aion/core';
import type { RowDefect } from '../defects.ts';
import { conflictHeader } from '../ingest/staging.ts';
import { isoDayAt, monthDayAt } from '../parse/dates.ts';
import { ROLE, detectLayout } from '../parse/layout.ts';
import type { QuarantinedRow } from './find-row.ts';
import type { QuarantineSummary } from './quarantine.ts';

/** Columns of a released row; `datetime` in place of `date` for intraday bars. */
export const RELEASE_FIELDS = ['symbol', 'date', 'datetime', 'open', 'high', 'low', 'close', 'volume'] as const;
export type ReleaseField = (typeof RELEASE_FIELDS)[number];

/** What a row says, as it stands in its file. */
export type RowFields = Readonly<Partial<Record<ReleaseField, string>>>;

const FIELD_ROLES: readonly (readonly [ReleaseField, number])[] = [
  ['symbol', ROLE.symbol],
  ['datetime', ROLE.dateTime],
  ['open', ROLE.open],
  ['high', ROLE.high],
  ['low', ROLE.low],
  ['close', ROLE.close],
  ['volume', ROLE.volume],
];

/** The columns of a quarantined row: the file's own, or those that conflicts are quoted by. */
export const columnsOf = ({ code }: RowDefect, { header, intraday }: QuarantineSummary): string | undefined =>
  code === 'conflict' ? conflictHeader(intraday !== undefined) : header;

/** The fields of a bar that a quarantined row holds, as far as they can be read. */
export function fieldsOf({ defect, summary }: QuarantinedRow): RowFields {
  const cells = defect.row?.split(',').map((cell) => cell.trim()) ?? [];
  const columns = columnsOf(defect, summary);
  const match = columns === undefined ? undefined : detectLayout(columns);
  if (match?.kind !== 'bars') return {};
  const { roles } = match.layout;
  const cell = (role: number): string | undefined => {
    const at = roles.indexOf(role);
    return at < 0 ? undefined : cells[at];
  };
  const fields: Partial<Record<ReleaseField, string>> = {};
  for (const [name, role] of FIELD_ROLES) {
    const value = cell(role);
    if (value !== undefined && value !== '') fields[name] = value;
  }
  const date = cell(ROLE.isoDate) ?? cell(ROLE.monthDate);
  if (date !== undefined) {
    const bytes = new TextEncoder().encode(date);
    const day = Math.max(isoDayAt(bytes, 0, bytes.length), monthDayAt(bytes, 0, bytes.length));
    fields.date = day > 0 ? fromEpochDay(day) : date;
  }
  return fields;
}
