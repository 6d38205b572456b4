import type { ScanList } from '@aion/contracts';
import { count } from '../ui/format.ts';

/** Symbols that could not be scanned: how many for everybody, which and why for administrators. */
export function FailuresNote({ list }: { list: Pick<ScanList, 'failedSymbols' | 'failures'> }) {
  const { failedSymbols, failures } = list;
  if (failedSymbols === 0) return null;
  const words = `${count(failedSymbols)} ${failedSymbols === 1 ? 'symbol' : 'symbols'} could not be scanned and ${failedSymbols === 1 ? 'is' : 'are'} in no scan.`;
  if (failures === null || failures.length === 0) return <p className="mt-2 text-note text-warn">{words}</p>;
  return (
    <details className="mt-2 text-note">
      <summary className="inline-block text-warn underline-offset-4 hover:underline">
        {words} Show which and why
      </summary>
      <ul aria-label="Symbols that could not be scanned" className="mt-1 grid gap-1 text-ink-2">
        {failures.map(({ symbol, reason }) => (
          <li key={symbol} className="break-words">
            <span className="font-semibold text-ink">{symbol}</span> {reason}
          </li>
        ))}
        {failures.length < failedSymbols && <li>The others stand in the log of the run.</li>}
      </ul>
    </details>
  );
}
