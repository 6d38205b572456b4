'use client';
import type { ScanList, ScanSummary } from '@aion/contracts';
import { count, percent } from '../ui/format.ts';
import { ScanChip, type ScanRoute } from './scan-link.tsx';

/** What the chosen scan is called, means and found. */
export function ScanHead(props: {
  scan: ScanSummary;
  list: Pick<ScanList, 'symbols'>;
  byId: ReadonlyMap<string, ScanSummary>;
  route: ScanRoute;
}) {
  const { scan, list } = props;
  const parts = scan.scans.map((id) => props.byId.get(id)).filter((part) => part !== undefined);
  return (
    <div className="border-b border-line px-4 pt-3 pb-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-lead font-semibold">{scan.title}</h2>
        <p className="num text-ink-2">
          <span className="font-semibold text-ink">{count(scan.matches)}</span>{' '}
          {scan.matches === 1 ? 'match' : 'matches'} of {count(list.symbols)} symbols
          {list.symbols > 0 && <span className="text-ink-3"> ({percent(scan.matches / list.symbols)})</span>}
        </p>
      </div>
      <p className="max-w-[90ch] text-ink-2">{scan.meaning}</p>
      {parts.length > 0 && (
        <p className="mt-2 flex items-center gap-1 max-sm:-mx-4 max-sm:overflow-x-auto max-sm:px-4 max-sm:pb-1 sm:flex-wrap max-sm:[&>*]:shrink-0">
          <span className="mr-1 text-note text-ink-3">It looks at</span>
          {parts.map((part) => (
            <ScanChip key={part.id} scan={part} route={props.route} />
          ))}
        </p>
      )}
    </div>
  );
}
