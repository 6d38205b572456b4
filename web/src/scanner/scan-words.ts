import type { ScanFigure, ScanPage, Signal } from '@aion/contracts';
import { compact, fixed, moneyShort, percent } from '../ui/format.ts';

type Figure = Pick<ScanFigure, 'value' | 'unit'>;

/** A figure as people read it. What has no value is a dash, never a nought. */
export function figureText({ value, unit }: Figure, currency: Signal['currency']): string {
  if (value === null) return '–';
  if (unit === 'frac') return percent(value);
  if (unit === 'flag') return value === 0 ? 'no' : 'yes';
  if (unit === 'shares') return compact(value, currency);
  if (unit === 'money') return moneyShort(value, currency);
  return fixed(value, 2, currency);
}

export type VerdictState = NonNullable<ScanPage['verdict']>['state'];

/** What the server said of one symbol, as a sentence. */
export function verdictWords(symbol: string, state: VerdictState, scan: string): string {
  const words: Record<VerdictState, string> = {
    matched: `${symbol} is in “${scan}”.`,
    failed: `${symbol} is not in “${scan}”: it misses a condition.`,
    unknown: `${symbol} is not in “${scan}”: a condition cannot be judged, and what is unknown never passes.`,
    gated: `${symbol} is not in “${scan}”: the gates of the universe bar it.`,
    cut: `${symbol} meets “${scan}”, but stronger symbols fill its places.`,
  };
  return words[state];
}
