import type { FullSignal, Signal } from '@aion/contracts';
import { isChecked, readinessWords } from '@aion/contracts/readiness-words';

/** The life of a signal in a word or two. */
export const STATUS_WORDS: Record<Signal['status'], string> = {
  ACTIVE: 'Active',
  ENTERED: 'Entered',
  MISSED: 'Missed',
  EXPIRED: 'Expired',
  TARGET: 'Hit target',
  STOPPED: 'Stopped out',
  TIMED_OUT: 'Timed out',
  RECALLED: 'Recalled',
};

export interface StateWords {
  readonly word: string;
  readonly reason: string | null;
  readonly tone: 'accent' | 'warn' | 'neutral' | 'danger';
}

/** Readiness while a signal can be entered, its status afterwards. */
export function stateWords(signal: Signal): StateWords {
  if (signal.status !== 'ACTIVE') {
    return {
      word: STATUS_WORDS[signal.status],
      reason: null,
      tone: signal.status === 'RECALLED' ? 'danger' : 'neutral',
    };
  }
  const readiness = signal.access === 'full' ? signal.readiness : null;
  if (readiness === null) return { word: 'Active', reason: null, tone: 'neutral' };
  const [first] = readiness.reasons;
  const reason = first === undefined ? null : readinessWords(first);
  if (!isChecked(readiness)) return { word: 'Not checked', reason, tone: 'neutral' };
  return readiness.state === 'READY_TO_ENTER'
    ? { word: 'Ready', reason, tone: 'accent' }
    : { word: 'Wait', reason, tone: 'warn' };
}

/** "3 of 4 agree" */
export function agreement(signal: FullSignal): string {
  const wanted = signal.side === 'BUY' ? 'UP' : 'DOWN';
  return `${signal.votes.filter((vote) => vote.vote === wanted).length} of ${signal.votes.length} agree`;
}
