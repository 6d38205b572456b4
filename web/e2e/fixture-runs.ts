import type { LatestSignals, Run } from '@aion/contracts';
import { DAILY_STEPS } from '@aion/jobs/runs';
import { PUBLISHED, SESSION } from './fixture-market.ts';

/** The made-up runs behind the fixture API. */
export const SUMMARY: LatestSignals['run'] = {
  symbolsRead: 2113,
  quarantinedRows: 46,
  quarantined: [
    { reason: 'high_below_low', title: 'high is below low', count: 28 },
    { reason: 'negative_price', title: 'a price is negative', count: 11 },
    { reason: 'future_date', title: 'the date is in the future', count: 7 },
  ],
  universe: 742,
  rejected: [
    { reason: 'low_turnover', title: 'median turnover below ₹5 Cr', count: 803 },
    { reason: 'short_history', title: 'fewer than 250 sessions of history', count: 431 },
    { reason: 'penny', title: 'close below ₹20', count: 94 },
    { reason: 'stale', title: 'no bar on the session', count: 43 },
  ],
  buy: 24,
  sell: 8,
  hold: 710,
  held: [
    { reason: 'low_confidence', title: 'no side is probable enough', count: 512 },
    { reason: 'disagree', title: 'the models disagree', count: 141 },
    { reason: 'veto', title: 'vetoed: likely to fail', count: 38 },
    { reason: 'reward_risk', title: 'reward too small for the risk', count: 19 },
  ],
  signalsHash: 'sha256:4b1f0f3f9f8c5a1e',
};

export const REGIME: LatestSignals['regime'] = {
  trend: 'up',
  volatility: 'normal',
  riskOn: true,
  breadthFrac: 0.584,
  advancers: 1184,
  decliners: 902,
  index: { name: 'NIFTY 50', close: 24812.35, changeFrac: 0.0062 },
  volatilityIndex: { name: 'India VIX', close: 13.84, changeFrac: -0.0311 },
};

const STEPS = DAILY_STEPS;
const FAILED_AT = STEPS.findIndex(({ name }) => name === 'features');

/** A run that has `done` of its steps behind it; -1 for one that failed at its features. */
export function runAt(id: string, done: number, progress: number): Run {
  const failed = done === -1;
  const finished = done >= STEPS.length;
  return {
    id,
    kind: 'daily',
    exchange: 'NSE',
    sessionDate: failed ? '2026-02-26' : SESSION,
    status: failed ? 'failed' : finished ? 'succeeded' : 'running',
    revision: finished ? 1 : null,
    snapshotId: finished ? 'snap-2026-02-27-r1' : null,
    triggeredBy: failed ? 'schedule' : 'admin@aion.demo',
    startedAt: failed ? '2026-02-26T10:35:00Z' : '2026-02-27T10:40:00Z',
    finishedAt: failed ? '2026-02-26T10:35:09Z' : finished ? PUBLISHED : null,
    error: failed
      ? 'The features step failed: the corporate actions name a factor of 0 for ABC on 2026-02-20. Correct the file and retry.'
      : null,
    steps: STEPS.map(({ name, title }, at) => {
      const state = failed
        ? at < FAILED_AT
          ? 'done'
          : at === FAILED_AT
            ? 'failed'
            : 'waiting'
        : at < done
          ? at === 0
            ? 'reused'
            : 'done'
          : at === done
            ? 'running'
            : 'waiting';
      const over = state === 'done' || state === 'reused' || state === 'failed';
      return {
        name,
        title,
        status: state,
        startedAt: over || state === 'running' ? '2026-02-27T10:40:00Z' : null,
        milliseconds: over ? 640 + at * 2870 : null,
        progress: state === 'running' ? { done: Math.round(progress * 742), total: 742 } : null,
        figures:
          state === 'done' ? ({ symbols: 742 + at * 11, 'MB peak': 410 + at * 9 } as Record<string, number>) : {},
        error: state === 'failed' ? 'A corporate action has the factor 0: ABC, 2026-02-20.' : null,
      };
    }),
    summary: finished ? SUMMARY : null,
  };
}
export const STEP_COUNT = STEPS.length;
