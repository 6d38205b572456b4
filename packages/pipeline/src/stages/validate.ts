import type { SessionDate } from '@aion/core';
import { adjustedDay, loadPanel } from '../panel.ts';
import type { Stage } from '../runner/stage-runner.ts';

/** A one-day move of adjusted closes beyond these is a split that nobody told us of until a person says otherwise. */
const JUMP_DOWN_RATIO = 0.62;
const JUMP_UP_RATIO = 1.9;
const WINDOW_BARS = 260;
/** Bars further apart than this were traded in another world: a move between them is no one-day move. */
const MAX_GAP_DAYS = 10;

export interface HeldBack {
  readonly symbol: string;
  readonly reason: 'unexplained_jump';
  readonly detail: string;
}

/**
 * POST_ETL: holds back symbols whose recent adjusted closes jump as unadjusted splits do, each with its date and ratio, and
 * reports the actions that the bars contradict.
 */
export const validateStage: Stage<
  { sessionDate: SessionDate; barsHash: string },
  { heldBack: readonly HeldBack[]; refutedActions: readonly string[] }
> = {
  name: 'validate',
  title: 'Check the series for unexplained jumps',
  async run({ sessionDate, barsHash }, context) {
    const panel = await loadPanel(context, sessionDate, barsHash);
    const heldBack: HeldBack[] = [];
    panel.daily.forEach((raw, index) => {
      const bars = adjustedDay(panel, raw);
      const jump = findJump(bars.close, bars.sessionDay);
      if (jump !== undefined) heldBack.push({ symbol: raw.symbol, reason: 'unexplained_jump', detail: jump });
      if (index % 100 === 0) context.progress(index, panel.daily.length);
    });
    const refutedActions = panel.refuted.map(({ message }) => message);
    return {
      output: { heldBack, refutedActions },
      figures: { checked: panel.daily.length, heldBack: heldBack.length, refutedActions: refutedActions.length },
    };
  },
};

/** The newest jump within the window, in words; undefined when there is none. */
export function findJump(close: Float64Array, sessionDay: Int32Array): string | undefined {
  for (let i = close.length - 1; i > Math.max(0, close.length - WINDOW_BARS); i--) {
    if (sessionDay[i]! - sessionDay[i - 1]! > MAX_GAP_DAYS) continue;
    const ratio = close[i]! / close[i - 1]!;
    if (ratio < JUMP_DOWN_RATIO || ratio > JUMP_UP_RATIO) {
      const date = new Date(sessionDay[i]! * 86_400_000).toISOString().slice(0, 10);
      return `close moved by a factor of ${ratio.toFixed(3)} on ${date} and no corporate action explains it`;
    }
  }
  return undefined;
}
