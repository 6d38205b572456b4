import type { LatestSignals } from '@aion/contracts';
import { Lock } from 'lucide-react';
import { count } from '../ui/format.ts';
import { hiddenInWords, TIER_TITLES } from './field-titles.ts';

/** What the next plan would show, from the counts and names the server gave; there is nothing else to reveal here. */
export function UpsellRow({ gated }: { gated: NonNullable<LatestSignals['gated']> }) {
  return (
    <aside
      aria-label="What your plan does not show"
      className="flex items-start gap-3 border-t border-line bg-raised/50 px-4 py-4"
    >
      <Lock size={16} aria-hidden="true" className="mt-1 shrink-0 text-ink-3" />
      <div className="max-w-prose">
        <p className="font-semibold">
          {gated.hiddenSignals > 0
            ? `${count(gated.hiddenSignals)} more ${gated.hiddenSignals === 1 ? 'signal' : 'signals'} of this run ${gated.hiddenSignals === 1 ? 'is' : 'are'} on the ${TIER_TITLES[gated.unlockTier]} plan`
            : `The ${TIER_TITLES[gated.unlockTier]} plan shows more of each signal`}
        </p>
        <p className="text-ink-2">For every signal it adds {hiddenInWords(gated.hiddenFields)}.</p>
      </div>
    </aside>
  );
}

/** The same for a panel of one signal. */
export function GatedPanelBody({ what, unlockTier }: { what: string; unlockTier: keyof typeof TIER_TITLES }) {
  return (
    <div className="flex items-start gap-3 rounded-md bg-raised/60 px-3 py-3">
      <Lock size={14} aria-hidden="true" className="mt-1 shrink-0 text-ink-3" />
      <p className="text-ink-2">
        On the <span className="font-semibold text-ink">{TIER_TITLES[unlockTier]}</span> plan {what}
      </p>
    </div>
  );
}
