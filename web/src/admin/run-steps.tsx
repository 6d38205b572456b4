'use client';
import type { Run, RunStep } from '@aion/contracts';
import { Check, Circle, CircleDashed, Recycle, RotateCw, X } from 'lucide-react';
import { RUN_TITLE } from '../frame/run-state.tsx';
import { Button } from '../ui/button.tsx';
import { Tag } from '../ui/badge.tsx';
import { cx } from '../ui/class-names.ts';
import { count, dateTime, duration, fixed, percent, sessionDay } from '../ui/format.ts';
import { ProgressBar } from '../ui/meter.tsx';
import { Panel } from '../ui/panel.tsx';

const STATUS = {
  queued: ['Waits to start', 'neutral'],
  running: ['Running', 'accent'],
  succeeded: ['Succeeded', 'good'],
  failed: ['Failed', 'danger'],
  interrupted: ['Interrupted', 'warn'],
} as const;

export function RunStatusTag({ status }: { status: Run['status'] }) {
  const [word, tone] = STATUS[status];
  return <Tag tone={tone}>{word}</Tag>;
}

/** One run, step by step, as it moves. */
export function RunSteps({ run, retrying, onRetry }: { run: Run; retrying: boolean; onRetry: () => void }) {
  const over = run.steps.filter((step) => step.status === 'done' || step.status === 'reused').length;
  const canRetry = run.status === 'failed' || run.status === 'interrupted';
  return (
    <Panel
      title={`${RUN_TITLE[run.kind]} for ${sessionDay(run.sessionDate)}`}
      aside={
        <span className="flex items-center gap-3">
          <RunStatusTag status={run.status} />
          {canRetry && (
            <Button disabled={retrying} onClick={onRetry}>
              <RotateCw size={14} aria-hidden="true" />
              Retry
            </Button>
          )}
        </span>
      }
    >
      <p className="num text-note text-ink-3">
        Started {dateTime(Date.parse(run.startedAt))} by {run.triggeredBy}
        {run.revision !== null && ` · revision ${run.revision}`}
        {run.snapshotId !== null && (
          <>
            {' · '}
            <code title={run.snapshotId}>{shortHash(run.snapshotId)}</code>
          </>
        )}
      </p>
      <div className="my-3 flex items-center gap-3">
        <div className="flex-1">
          <ProgressBar done={over} total={run.steps.length} label="Steps of the run" />
        </div>
        <span role="status" className="num text-note text-ink-2">
          {over} of {run.steps.length} steps
        </span>
      </div>
      {run.error !== null && (
        <p role="alert" className="mb-3 rounded-md border border-danger bg-danger-soft px-3 py-2 text-danger">
          {run.error}
        </p>
      )}
      <ol>
        {run.steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
      {run.summary !== null && (
        <p className="num mt-3 border-t border-line pt-3 text-ink-2">
          {count(run.summary.symbolsRead)} symbols read, {count(run.summary.universe)} passed the gates,{' '}
          {count(run.summary.buy)} buy, {count(run.summary.sell)} sell, {count(run.summary.hold)} held.{' '}
          <code title={run.summary.signalsHash} className="text-note text-ink-3">
            {shortHash(run.summary.signalsHash)}
          </code>
        </p>
      )}
    </Panel>
  );
}

/** Enough of a hash to compare two by eye; the whole stands in the title. */
const shortHash = (hash: string): string => hash.slice(0, 19);
/** `fourHourBars` → four hour bars */
const inWords = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

/** A figure's name and value in words: `missingFrac`: 0.031 → missing, 3.1 %. */
export function figureInWords(name: string, value: number | string): { readonly name: string; readonly value: string } {
  if (typeof value !== 'number') return { name: inWords(name), value };
  if (name.endsWith('Frac')) return { name: inWords(name.slice(0, -'Frac'.length)), value: percent(value) };
  return { name: inWords(name), value: fixed(value, Number.isInteger(value) ? 0 : 2) };
}

const ICONS = { waiting: Circle, running: CircleDashed, done: Check, reused: Recycle, failed: X };
const WORDS = { waiting: 'waits', running: 'running', done: 'done', reused: 'reused', failed: 'failed' } as const;

function Step({ step }: { step: RunStep }) {
  const Icon = ICONS[step.status];
  const figures = Object.entries(step.figures).map(([name, value]) => figureInWords(name, value));
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] gap-x-3 border-t border-line py-2">
      <Icon
        size={16}
        aria-hidden="true"
        className={cx(
          'mt-[2px]',
          step.status === 'failed' ? 'text-danger' : step.status === 'running' ? 'text-accent' : 'text-ink-3',
          step.status === 'running' && 'animate-spin',
        )}
      />
      <div className={step.status === 'waiting' ? 'text-ink-3' : undefined}>
        <span className="font-medium">{step.title}</span>{' '}
        <span className="text-note text-ink-3">{WORDS[step.status]}</span>
        {figures.length > 0 && (
          <p className="num flex flex-wrap gap-x-4 text-note text-ink-2">
            {figures.map(({ name, value }) => (
              <span key={name}>
                <span className="text-ink-3">{name}</span> {value}
              </span>
            ))}
          </p>
        )}
        {step.status === 'running' && (
          <div className="mt-2">
            <ProgressBar
              done={step.progress?.done ?? null}
              total={step.progress?.total ?? null}
              label={`Progress of: ${step.title}`}
            />
            {step.progress !== null && (
              <p className="num mt-1 text-note text-ink-3">
                {count(step.progress.done)} of {count(step.progress.total)}
              </p>
            )}
          </div>
        )}
        {step.error !== null && <p className="mt-1 text-danger">{step.error}</p>}
      </div>
      <span className="num text-ink-2">{step.milliseconds === null ? '' : duration(step.milliseconds)}</span>
    </li>
  );
}
