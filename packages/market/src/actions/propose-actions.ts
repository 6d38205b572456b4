import { type ACTION_CONFIDENCES, fromEpochDay } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { QualityIssue } from '../quality/issue.ts';
import type { CorporateAction } from './corporate-action.ts';

export interface ActionProposal {
  readonly action: CorporateAction;
  /** Relative distance of the observed ratio from the proposed one. */
  readonly missFrac: number;
  /** `likely`: a plain ratio and a trading volume that grew with it. `possible`: look at the announcement first. */
  readonly confidence: (typeof ACTION_CONFIDENCES)[number];
  readonly evidence: string;
}

/** New shares per old one of the splits and bonuses that companies make. */
const RATIOS = [1.2, 1.25, 4 / 3, 1.5, 5 / 3, 2, 2.5, 3, 4, 5, 6, 8, 10, 11, 20, 50, 100] as const;
const LIKELY_MISS = 0.03;
const POSSIBLE_MISS = 0.08;
const VOLUME_BARS = 20;

/**
 * What a jump may have been, for a person to confirm: the plain ratio nearest to the open of the day over the close before it, or
 * a demerger's factor where none is near. Reads only bars up to the jump.
 */
export function proposeActions(bars: DailyBars, issues: readonly QualityIssue[]): ActionProposal[] {
  const proposals: ActionProposal[] = [];
  for (const { code, symbol, day } of issues) {
    if (symbol !== bars.symbol || day === undefined) continue;
    if (code !== 'unexplained_jump' && code !== 'jump_over_gap' && code !== 'possible_action') continue;
    const at = bars.sessionDay.indexOf(day);
    if (at < 1) continue;
    const proposal = proposeAt(bars, at);
    if (proposal !== undefined) proposals.push(proposal);
  }
  return proposals;
}

function proposeAt(bars: DailyBars, at: number): ActionProposal | undefined {
  const { symbol } = bars;
  const exDay = bars.sessionDay[at]!;
  const before = bars.close[at - 1]!;
  const open = bars.open[at]!;
  const observed = before / open;
  const isFall = observed > 1;
  // A rise is a consolidation: fewer shares for the old ones.
  const size = isFall ? observed : 1 / observed;
  const nearest = RATIOS.reduce((best, ratio) =>
    Math.abs(size / ratio - 1) < Math.abs(size / best - 1) ? ratio : best,
  );
  const missFrac = Math.abs(size / nearest - 1);
  const evidence = `opened at ${open} on ${fromEpochDay(exDay)} after a close of ${before}: ${observed.toFixed(3)} to 1`;
  if (missFrac <= POSSIBLE_MISS) {
    const value = isFall ? nearest : 1 / nearest;
    const grew = volumeGrowth(bars, at) > Math.sqrt(nearest);
    const confidence = missFrac <= LIKELY_MISS && (grew || nearest >= 2) ? 'likely' : 'possible';
    return { action: { symbol, exDay, kind: 'split_or_bonus', value }, missFrac, confidence, evidence };
  }
  if (!isFall) return undefined;
  const value = Number(observed.toFixed(4));
  return {
    action: { symbol, exDay, kind: 'demerger_or_rights', value },
    missFrac: 0,
    confidence: 'possible',
    evidence,
  };
}

/** Shares traded on the day over their mean of the sessions before. */
function volumeGrowth({ volumeShares }: DailyBars, at: number): number {
  const window = volumeShares.subarray(Math.max(0, at - VOLUME_BARS), at);
  const mean = window.reduce((sum, volume) => sum + volume, 0) / Math.max(1, window.length);
  return mean === 0 ? 0 : volumeShares[at]! / mean;
}
