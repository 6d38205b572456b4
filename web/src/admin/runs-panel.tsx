'use client';
import type { Run, RunKind, RunPage, RunStarted } from '@aion/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { getJson, postJson } from '../data/browser-api.ts';
import { isMoving, RUN_TITLE } from '../frame/run-state.tsx';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { clock, duration, sessionDay } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { ActionError, QueryState } from './query-state.tsx';
import { RunStatusTag, RunSteps } from './run-steps.tsx';

const MOVING_POLL_MS = 1_000;
const IDLE_POLL_MS = 10_000;

/** Start a run, see all runs, watch one. */
export function RunsPanel({ initial }: { initial: RunPage | undefined }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useQueryState('run', parseAsString);
  const [day, setDay] = useState('');
  const [announcement, setAnnouncement] = useState('');
  const runs = useQuery({
    queryKey: ['runs'],
    queryFn: () => getJson<RunPage>('/v1/pipeline/runs?limit=20'),
    ...(initial === undefined ? {} : { initialData: initial }),
    refetchInterval: (query) => (query.state.data?.runs.some(isMoving) === true ? MOVING_POLL_MS : IDLE_POLL_MS),
  });
  const started = (what: string) => (answer: RunStarted) => {
    setAnnouncement(answer.alreadyRunning ? 'A run is under way already; this is it.' : what);
    void setChosen(answer.runId);
    void client.invalidateQueries({ queryKey: ['runs'] });
    void client.invalidateQueries({ queryKey: ['newest-run'] });
  };
  const start = useMutation({
    mutationFn: (kind: RunKind) =>
      postJson<RunStarted>(`/v1/pipeline/run-${kind}`, day === '' ? {} : { sessionDate: day }, crypto.randomUUID()),
    onSuccess: (answer, kind) => started(`The ${kind} run has started.`)(answer),
  });
  const retry = useMutation({
    mutationFn: (id: string) =>
      postJson<RunStarted>(`/v1/pipeline/runs/${encodeURIComponent(id)}/retry`, {}, crypto.randomUUID()),
    onSuccess: (answer) => started('The run goes on where it stopped.')(answer),
  });
  const list = runs.data?.runs ?? [];
  const run = list.find((each) => each.id === chosen) ?? list[0];

  return (
    <div className="grid gap-3">
      <Panel title="Start a run">
        <div className="flex flex-wrap items-end gap-3">
          <label className="block">
            <span className="mb-1 block text-note font-medium text-ink-2">Session (empty: the newest with bars)</span>
            <input
              type="date"
              value={day}
              onChange={(event) => setDay(event.target.value)}
              className={cx(inputClass, 'w-48')}
            />
          </label>
          <Button weight="primary" disabled={start.isPending} onClick={() => start.mutate('daily')}>
            <Play size={14} aria-hidden="true" />
            Run daily
          </Button>
          <Button disabled={start.isPending} onClick={() => start.mutate('hourly')}>
            <Play size={14} aria-hidden="true" />
            Run hourly
          </Button>
          <p role="status" className="text-ink-2">
            {announcement}
          </p>
        </div>
        <div className="mt-2 empty:hidden">
          <ActionError error={start.error ?? retry.error} />
        </div>
      </Panel>
      <div className="grid items-start gap-3 lg:grid-cols-[340px_minmax(0,1fr)]">
        <Panel title="Runs" flush>
          {runs.data === undefined ? (
            <QueryState what="The runs" error={runs.error} retry={() => void runs.refetch()} />
          ) : list.length === 0 ? (
            <Empty title="No run yet">Start the first daily run above.</Empty>
          ) : (
            <ul>
              {list.map((each) => (
                <li key={each.id}>
                  <RunLine run={each} current={each.id === run?.id} onPick={() => void setChosen(each.id)} />
                </li>
              ))}
            </ul>
          )}
        </Panel>
        {run !== undefined && <RunSteps run={run} retrying={retry.isPending} onRetry={() => retry.mutate(run.id)} />}
      </div>
    </div>
  );
}

function RunLine({ run, current, onPick }: { run: Run; current: boolean; onPick: () => void }) {
  const tookMs = run.finishedAt === null ? null : Date.parse(run.finishedAt) - Date.parse(run.startedAt);
  return (
    <button
      type="button"
      aria-pressed={current}
      onClick={onPick}
      className={cx(
        'flex w-full items-center justify-between gap-3 border-t border-line px-4 py-2 text-left -outline-offset-2 hover:bg-raised',
        current && 'bg-raised',
      )}
    >
      <span>
        <span className="block font-medium">
          {RUN_TITLE[run.kind]} · {sessionDay(run.sessionDate)}
        </span>
        <span className="num block text-note text-ink-3">
          {clock(Date.parse(run.startedAt))} IST by {run.triggeredBy}
        </span>
      </span>
      <span className="shrink-0 text-right">
        <RunStatusTag status={run.status} />
        {tookMs !== null && <span className="num block text-note text-ink-3">{duration(tookMs)}</span>}
      </span>
    </button>
  );
}
