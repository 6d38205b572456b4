'use client';
import type { Run, RunPage } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { getJson } from '../data/browser-api.ts';
import { cx } from '../ui/class-names.ts';
import { clock, dateTime, shortDay } from '../ui/format.ts';

const RUNNING_POLL_MS = 2_000;
const IDLE_POLL_MS = 20_000;
export const isMoving = (run: Run | null | undefined): boolean => run?.status === 'running' || run?.status === 'queued';

/** The newest run in a few words, kept fresh; a run that ends reloads what the page shows. */
export function RunState({ initial }: { initial: Run | null }) {
  const router = useRouter();
  const { data: run, isError } = useQuery({
    queryKey: ['newest-run'],
    queryFn: async () => (await getJson<RunPage>('/v1/pipeline/runs?limit=1')).runs[0] ?? null,
    initialData: initial,
    refetchInterval: (query) => (isMoving(query.state.data) ? RUNNING_POLL_MS : IDLE_POLL_MS),
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
      {isError ? 'Run state unknown: no answer' : run === null ? 'No run yet' : runWords(run)}
    </span>
  );
}

/** What a run is called on pages. */
export const RUN_TITLE = { daily: 'Daily run', hourly: 'Hourly run', 'post-market': 'Post-market run' } as const;

function runWords(run: Run): string {
  if (run.status === 'running') {
    const step = run.steps.find((each) => each.status === 'running');
    const share = step?.progress
      ? ` ${Math.floor((step.progress.done / Math.max(1, step.progress.total)) * 100)} %`
      : '';
    return `${RUN_TITLE[run.kind]}: ${step === undefined ? 'starting' : step.title}${share}`;
  }
  if (run.status === 'queued') return `${RUN_TITLE[run.kind]} waits to start`;
  const at = clock(Date.parse(run.finishedAt ?? run.startedAt));
  const word = { succeeded: 'done', failed: 'failed', interrupted: 'was interrupted' }[run.status];
  return `${RUN_TITLE[run.kind]} of ${shortDay(run.sessionDate)} ${word} ${at}`;
}

const runTitle = (run: Run): string =>
  `${RUN_TITLE[run.kind]} for ${run.sessionDate}, started ${dateTime(Date.parse(run.startedAt))} by ${run.triggeredBy}`;
