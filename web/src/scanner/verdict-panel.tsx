import type { ScanPage } from '@aion/contracts';
import { Reasons } from './reasons.tsx';
import { verdictWords } from './scan-words.ts';

/** Whether one symbol is in the scan, and why, condition by condition. */
export function VerdictPanel({ verdict, scan }: { verdict: NonNullable<ScanPage['verdict']>; scan: string }) {
  return (
    <section aria-label={`Why ${verdict.symbol}`} className="border-b border-line bg-raised/50 px-4 py-3">
      <p className="mb-2 font-semibold">{verdictWords(verdict.symbol, verdict.state, scan)}</p>
      <Reasons reasons={verdict.reasons} />
    </section>
  );
}
