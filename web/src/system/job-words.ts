import type { JobList } from '@aion/contracts';

type Job = JobList['jobs'][number];

/** How a job's state is said, and how loud. */
export const JOB_STATES: Readonly<
  Record<Job['state'], { readonly label: string; readonly tone: 'neutral' | 'accent' | 'warn' | 'danger' }>
> = {
  never: { label: 'Not yet', tone: 'neutral' },
  running: { label: 'Under way', tone: 'accent' },
  waiting: { label: 'Waiting', tone: 'warn' },
  done: { label: 'Done', tone: 'accent' },
  failed: { label: 'Failed', tone: 'danger' },
  overdue: { label: 'Overdue', tone: 'danger' },
  off: { label: 'Off', tone: 'neutral' },
};

/** @example figureWords({ option_chain: 40, news: 'no source is on' }) // 'option chain 40 · news: no source is on' */
export const figureWords = (figures: Job['figures']): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name.replaceAll('_', ' ')}${typeof value === 'number' ? ' ' : ': '}${value}`)
    .join(' · ');
