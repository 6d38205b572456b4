import type { Run } from '@aion/contracts';
import { toIso } from '@aion/core';
import type { RunWithSteps } from '@aion/pipeline';
import type { Caller } from '../caller.ts';

/** Messages of the machine name files, processes and people: members learn that it failed, the operator learns why. */
const FAILED = 'it failed; the operator sees the cause';

/** A run as the caller may see it: members get its state, times and summary, admins also who, why and the steps' figures. */
export function toRunDto({ run, steps }: RunWithSteps, caller: Pick<Caller, 'capabilities'>): Run {
  const { admin } = caller.capabilities;
  const cause = (error: string | null): string | null => (admin || error === null ? error : FAILED);
  return {
    id: run.id,
    kind: run.kind,
    exchange: run.exchange,
    sessionDate: run.sessionDate,
    status: run.status,
    revision: run.revision,
    snapshotId: run.snapshotId,
    triggeredBy: admin || run.triggeredBy === 'schedule' ? run.triggeredBy : 'operator',
    startedAt: toIso(run.startedMs),
    finishedAt: run.finishedMs === null ? null : toIso(run.finishedMs),
    error: cause(run.error),
    steps: steps.map((step) => ({
      name: step.name,
      title: step.title,
      status: step.status,
      startedAt: step.startedMs === null ? null : toIso(step.startedMs),
      milliseconds: step.milliseconds,
      progress: step.progress,
      figures: admin ? { ...step.figures } : {},
      error: cause(step.error),
    })),
    summary: run.summary,
  };
}
