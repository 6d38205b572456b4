import { AppError } from '@aion/core';
import type { Host } from '@aion/jobs';
import { prepareTasks, type Prepared, failRun } from '@aion/jobs/runs';

export interface RetrainDecision {
  readonly train: boolean;
  readonly reason: string;
}

/** The small steps of a state machine around its tasks: to prepare a run, to record that it was given up, to decide on training. */
export async function runControl(
  host: Host,
  event: unknown,
): Promise<Prepared | { runId: string; recorded: boolean } | RetrainDecision> {
  const action = (event as { action?: unknown } | null)?.action;
  if (action === 'prepare') return prepareTasks(host, event);
  if (action === 'fail') return failRun(host, event);
  // There is no trainer yet: the answer is no, and says so, until one is built.
  if (action === 'decide-retrain') return { train: false, reason: 'training is off: this version has no trainer' };
  throw new AppError(
    'bad_input',
    `control knows the actions prepare, fail and decide-retrain, found "${String(action)}"`,
  );
}
