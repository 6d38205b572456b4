import type { TaskPlan } from '@aion/jobs/runs';
import { longestRunS } from './longest-run.ts';
import {
  catchTo,
  containerState,
  functionState,
  shardState,
  type Definition,
  type Placement,
  type States,
} from './states.ts';

export interface JobMachineParts {
  readonly job: string;
  readonly plan: readonly TaskPlan[];
  readonly controlArn: string;
  readonly taskArn: string;
  readonly placement: Placement;
  /** How long the job may wait for its bars; 0 where it never waits. */
  readonly waitS: number;
}

/** Only the execution that prepared a run goes on with it. */
const EXECUTION = '$$.Execution.Name';
const CONTROL_TIMEOUT_S = 60;
const WAIT_S = 900;
/**
 * Shards at once. The code caps a universe at 40 shards, which an inline Map handles (its limit is 40 at once and 25,000
 * events); a distributed Map would be due with shards in the hundreds, or results that do not fit 256 KB.
 */
const SHARDS_AT_ONCE = 8;
/**
 * A run keeps its lease for an hour between two of its tasks, and a Map has no time-out of its own: so many shards at a time, each
 * of which may run out of time once, must fit into that hour.
 */
const SHARD_TIMEOUT_S = 300;
/** The states between the tasks, and asking for the bars again and again. */
const BETWEEN_S = 600;

/** Name of a task's state: features → Features. */
export const stateName = (task: string): string =>
  task
    .split('-')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('');

/** Key of a task's result in the machine's data: a dash would need brackets in a path. */
const resultKey = (task: string): string => `${task.charAt(0)}${stateName(task).slice(1)}`;

/**
 * Prepare (run, wait, skip or late) → the plan's tasks in order → Done. A task that fails for good is recorded on the run's
 * record before the machine fails; when Prepare itself fails there is no run yet to record on.
 */
export function jobMachine(parts: JobMachineParts): Definition {
  const { job, plan, controlArn } = parts;
  const first = plan[0];
  if (first === undefined) throw new RangeError(`job ${job} has no task: a machine needs at least one`);
  const states: States = {
    Begin: {
      Type: 'Pass',
      Parameters: { 'given.$': '$', fixed: { action: 'prepare', kind: job, 'execution.$': EXECUTION } },
      Next: 'Request',
    },
    // What the schedule or the API gave (session date, run id, who asked) goes on to Prepare unchanged.
    Request: {
      Type: 'Pass',
      Parameters: { 'request.$': 'States.JsonMerge($.given, $.fixed, false)' },
      Next: 'Prepare',
    },
    Prepare: functionState({
      arn: controlArn,
      timeoutS: CONTROL_TIMEOUT_S,
      input: '$.request',
      resultPath: '$.run',
      next: 'Decide',
      onError: 'Failed',
    }),
    Decide: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.run.decision', StringEquals: 'run', Next: entryOf(first) },
        { Variable: '$.run.decision', StringEquals: 'skip', Next: 'Skipped' },
        { Variable: '$.run.decision', StringEquals: 'late', Next: 'BarsMissing' },
        ...(parts.waitS > 0 ? [{ Variable: '$.run.decision', StringEquals: 'wait', Next: 'WaitForBars' }] : []),
      ],
      Default: 'UnknownDecision',
    },
    ...(parts.waitS > 0 ? { WaitForBars: { Type: 'Wait', Seconds: WAIT_S, Next: 'Prepare' } } : {}),
  };
  for (const [place, task] of plan.entries()) {
    const next = plan[place + 1];
    Object.assign(states, taskStates(parts, task, plan[place - 1], next === undefined ? 'Done' : entryOf(next)));
  }
  Object.assign(states, {
    RecordFailure: functionState({
      arn: controlArn,
      timeoutS: CONTROL_TIMEOUT_S,
      input: {
        action: 'fail',
        'runId.$': '$.run.runId',
        'execution.$': EXECUTION,
        'task.$': '$.failedTask',
        'error.$': '$.error',
      },
      resultPath: null,
      next: 'Failed',
      onError: 'Failed',
      // The first error is the one to report, not that recording it failed too.
      errorPath: '$.recordError',
    }),
    Done: { Type: 'Succeed' },
    Skipped: { Type: 'Succeed' },
    BarsMissing: { Type: 'Fail', Error: 'Aion.bars_missing', CausePath: '$.run.reason' },
    UnknownDecision: {
      Type: 'Fail',
      Error: 'Aion.corrupt',
      Cause: 'Prepare answered a decision that this machine does not know: deploy code and infrastructure together.',
    },
    Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
  } satisfies States);
  return {
    Comment: `${job}: from the job's plan`,
    QueryLanguage: 'JSONPath',
    StartAt: 'Begin',
    // What no retry can outlast: a machine that is still at work is not cut off.
    TimeoutSeconds: parts.waitS + longestRunS(states) + BETWEEN_S,
    States: states,
  };
}

/** The state in which a task begins. */
const entryOf = (task: TaskPlan): string =>
  task.sharded === true ? `${stateName(task.name)}AreSharded` : stateName(task.name);

function taskStates(parts: JobMachineParts, task: TaskPlan, before: TaskPlan | undefined, next: string): States {
  const name = stateName(task.name);
  const failed = `${name}Failed`;
  const states: States = {
    [failed]: { Type: 'Pass', Result: task.name, ResultPath: '$.failedTask', Next: 'RecordFailure' },
  };
  if (task.on === 'lambda') {
    states[name] = functionState({
      arn: parts.taskArn,
      timeoutS: task.timeoutS,
      input: { task: task.name, 'runId.$': '$.run.runId', 'execution.$': EXECUTION },
      resultPath: `$.${resultKey(task.name)}`,
      next,
      onError: failed,
    });
  } else {
    states[name] = containerState({
      placement: parts.placement,
      command: `States.Array('stage', '${task.name}', '--run', $.run.runId, '--execution', ${EXECUTION})`,
      timeoutS: task.timeoutS,
      next,
      onError: failed,
    });
  }
  if (task.sharded === true) {
    if (before === undefined || before.on !== 'lambda')
      throw new RangeError(`${parts.job}: ${task.name} is sharded, so a Lambda task before it must say the shards`);
    const shards = `$.${resultKey(before.name)}.shards`;
    states[entryOf(task)] = {
      Type: 'Choice',
      Choices: [{ Variable: `${shards}[1]`, IsPresent: true, Next: `${name}Shards` }],
      Default: name,
    };
    states[`${name}Shards`] = {
      Type: 'Map',
      ItemsPath: shards,
      MaxConcurrency: SHARDS_AT_ONCE,
      ItemSelector: {
        task: `${task.name}-shard`,
        'runId.$': '$.run.runId',
        'execution.$': EXECUTION,
        'shard.$': '$$.Map.Item.Value.shard',
        'of.$': '$$.Map.Item.Value.of',
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: `${name}Shard`,
        States: { [`${name}Shard`]: shardState(parts.taskArn, Math.min(task.timeoutS, SHARD_TIMEOUT_S)) },
      },
      // Each shard's part is an object in the store, read by the task that joins them.
      ResultPath: null,
      Catch: catchTo(failed),
      Next: name,
    };
  }
  return states;
}
