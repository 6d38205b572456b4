import type { ChartBar, ChartMark } from '@aion/contracts';
import { fixed } from '../ui/format.ts';
import { toSeconds } from './time-index.ts';

type Time = ChartBar['time'];

/** A mark as a row of the table. */
export interface MarkRow {
  readonly concept: string;
  readonly side: string;
  readonly price: string;
  readonly knownAt: Time;
  /** What became of it and when each was known, oldest first; none for what only happened. */
  readonly states: readonly { readonly state: string; readonly at: Time }[];
}

const ZONES = { order_block: 'Order block', fair_value_gap: 'Fair value gap' } as const;
const BREAKS = { BOS: 'Break of structure', CHoCH: 'Change of character', MSS: 'Market structure shift' } as const;
const SIDES = { bull: '▲ bullish', bear: '▼ bearish' } as const;

/** Every mark but the pivots, the one known last first. */
export function markRows(marks: readonly ChartMark[]): MarkRow[] {
  return marks
    .flatMap((mark): MarkRow[] => (mark.kind === 'pivot' ? [] : [toRow(mark)]))
    .sort((a, b) => toSeconds(b.knownAt) - toSeconds(a.knownAt));
}

function toRow(mark: Exclude<ChartMark, { kind: 'pivot' }>): MarkRow {
  const { knownAt } = mark;
  const span = ({ low, high }: { low: number; high: number }): string => `${fixed(low, 2)} – ${fixed(high, 2)}`;
  switch (mark.kind) {
    case 'zone': {
      const states = mark.states.length > 0 ? mark.states : [{ state: mark.state, at: knownAt }];
      return { concept: ZONES[mark.concept], side: SIDES[mark.side], price: span(mark), knownAt, states };
    }
    case 'break':
      return {
        concept: `${BREAKS[mark.concept]} (${mark.concept})`,
        side: SIDES[mark.side],
        price: fixed(mark.price, 2),
        knownAt,
        states: [],
      };
    case 'sweep':
      return { concept: 'Sweep', side: SIDES[mark.side], price: fixed(mark.price, 2), knownAt, states: [] };
    case 'level':
      return {
        concept: 'Resting liquidity',
        side: mark.side === 'high' ? '▲ above highs' : '▼ below lows',
        price: fixed(mark.price, 2),
        knownAt,
        states: [{ state: 'unswept', at: knownAt }],
      };
    case 'range':
      return { concept: 'Dealing range', side: '–', price: span(mark), knownAt, states: [] };
  }
}
