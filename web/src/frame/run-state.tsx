'use client';
import type { MarketStatus } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { getJson } from '../data/browser-api.ts';
import { cx } from '../ui/class-names.ts';
import { clock, dateTime, shortDay } from '../ui/format.ts';

const RUNNING_POLL_MS = 5_000;
const IDLE_POLL_MS = 120_000;
/** A session that is played fast has its next run soon. */
const PLAYED_POLL_MS = 10_000;
type NewestRun = NonNullable<MarketStatus['lastRun']>;
export const isMoving = (run: { readonly status: string } | null | undefined): boolean =>
  run?.status === 'running' || run?.status === 'queued';

/** The newest run in a few words, kept fresh; a run that ends reloads what the page shows. */
export function RunState({ initial, clockKind }: { initial: NewestRun | null; clockKind: MarketStatus['clock'] }) {
  const idleMs = clockKind === 'played' ? PLAYED_POLL_MS : IDLE_POLL_MS;
  const router = useRouter();
  const { data: run, isError } = useQuery({
    queryKey: ['newest-run'],
    queryFn: async () => (await getJson<MarketStatus>('/v1/market/status')).lastRun,
    initialData: initial,
    refetchInterval: (query) => (isMoving(query.state.data) ? RUNNING_POLL_MS : idleMs),
    staleTime: RUNNING_POLL_MS,
  });
  const seen = useRef(run?.id + (run?.status ?? ''));
  useEffect(() => {
    const now = run?.id + (run?.status ?? '');
    if (seen.current !== now && run?.status === 'succeeded') router.refresh();
    seen.current = now;
  }, [run, router]);

  return (
    <span
      role="status"
      className={cx('hidden min-w-0 truncate sm:inline', isError ? 'text-warn' : 'text-ink-2')}
      title={run === null ? undefined : runTitle(run)}
    >
      {isError ? 'Run state unknown: no answer' : run === null ? 'No run yet' : runWords(run, clockKind === 'live')}
    </span>
  );
}

/** What a run is called on pages. */
export const RUN_TITLE = { daily: 'Daily run', hourly: 'Hourly run', 'post-market': 'Post-market run' } as const;
const titleOf = (kind: string): string => RUN_TITLE[kind as keyof typeof RUN_TITLE] ?? 'Run';

/** Beside a clock that is not the wall's, the machine's own time of day would be a second clock: the title has it. */
export function runWords(run: NewestRun, live: boolean): string {
  if (run.status === 'running') return `${titleOf(run.kind)} under way`;
  if (run.status === 'queued') return `${titleOf(run.kind)} waits to start`;
  const words: Readonly<Record<string, string>> = {
    succeeded: 'done',
    failed: 'failed',
    interrupted: 'was interrupted',
  };
  const ended = `${titleOf(run.kind)} of ${shortDay(run.sessionDate)} ${words[run.status] ?? run.status}`;
  return live ? `${ended} ${clock(Date.parse(run.at))}` : ended;
}

const runTitle = (run: NewestRun): string =>
  `${titleOf(run.kind)} for ${run.sessionDate}, ${run.status} ${dateTime(Date.parse(run.at))}`;
