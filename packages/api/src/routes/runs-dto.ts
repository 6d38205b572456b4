import type { Run } from '@aion/contracts';
import { toIso } from '@aion/core';
import type { RunWithSteps } from '@aion/pipeline';

export function toRunDto({ run, steps }: RunWithSteps): Run {
  return {
    id: run.id,
    kind: run.kind,
    exchange: run.exchange,
    sessionDate: run.sessionDate,
    status: run.status,
    revision: run.revision,
    snapshotId: run.snapshotId,
    triggeredBy: run.triggeredBy,
    startedAt: toIso(run.startedMs),
    finishedAt: run.finishedMs === null ? null : toIso(run.finishedMs),
    error: run.error,
    steps: steps.map((step) => ({
      name: step.name,
      title: step.title,
      status: step.status,
      startedAt: step.startedMs === null ? null : toIso(step.startedMs),
      milliseconds: step.milliseconds,
      progress: step.progress,
      figures: { ...step.figures },
      error: step.error,
    })),
    summary: run.summary,
  };
}
