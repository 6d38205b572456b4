import { type EpochMs, SessionDate, type Exchange } from '@aion/core';
import { type IngestPorts, quarantineRows, type RowDefect, type RowDefectCode } from '@aion/market';
import type { RejectedBar, RejectReason } from '@aion/market/sources';

/** Null: the row is no fault of the vendor, it is only not wanted (yet). */
const CODES: Readonly<Record<RejectReason, RowDefectCode | null>> = {
  missing_value: 'number',
  price_range: 'price_range',
  volume_range: 'volume_range',
  ohlc_order: 'ohlc_order',
  duplicate_conflict: 'duplicate_conflict',
  no_session: 'no_session',
  out_of_session: 'no_session',
  misaligned: 'no_session',
  value: 'action',
  unfinished: null,
  not_asked_for: null,
};

/** Keeps the rows that a vendor gave wrongly, where people look at what was set aside. Returns how many. */
export async function quarantineFetched(
  ports: Pick<IngestPorts, 'items' | 'objects'>,
  exchange: Exchange,
  symbol: string,
  { source, rejected }: { readonly source: string; readonly rejected: readonly RejectedBar[] },
  nowMs: EpochMs,
): Promise<number> {
  const defects: RowDefect[] = rejected.flatMap(({ at, reason, detail }, index) => {
    const code = CODES[reason];
    if (code === null) return [];
    const date = SessionDate.safeParse(at.slice(0, 10));
    const message = `${detail}; ask another source; it cannot be released as it stands`;
    const known = date.success ? { symbol, date: date.data } : { symbol };
    return [{ code, line: index + 1, field: reason, value: at, message, ...known }];
  });
  if (defects.length === 0) return 0;
  await quarantineRows(ports, exchange, `fetch:${source}:${symbol}`, nowMs, defects);
  return defects.length;
}
