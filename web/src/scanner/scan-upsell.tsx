import type { ScanPage, Tier } from '@aion/contracts';
import { Lock } from 'lucide-react';
import { count } from '../ui/format.ts';

const PLANS: Readonly<Record<Tier, string>> = { basic: 'Basic', pro: 'Pro', elite: 'Elite' };

/** What a higher plan would show of the scanner, from the counts that the server gave; there is nothing else to reveal here. */
export function ScanUpsell({ gated, unlockTier }: { gated: ScanPage['gated']; unlockTier: Tier }) {
  const plan = PLANS[unlockTier];
  return (
    <aside
      aria-label="What your plan does not show"
      className="flex items-start gap-3 border-t border-line bg-raised/50 px-4 py-4"
    >
      <Lock size={16} aria-hidden="true" className="mt-1 shrink-0 text-ink-3" />
      <div className="max-w-prose">
        <p className="font-semibold">
          {gated === null
            ? `The ${plan} plan shows more of the scanner`
            : `${count(gated.hiddenRows)} more ${gated.hiddenRows === 1 ? 'match' : 'matches'} of this scan ${gated.hiddenRows === 1 ? 'is' : 'are'} on the ${plan} plan`}
        </p>
        <p className="text-ink-2">
          It shows every match of every scan, says of any symbol why it is in a scan or not, and saves the rows as CSV.
        </p>
      </div>
    </aside>
  );
}
