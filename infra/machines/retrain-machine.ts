import { longestRunS } from './longest-run.ts';
import { containerState, functionState, type Definition, type Placement, type States } from './states.ts';

const CONTROL_TIMEOUT_S = 60;
const TRAIN_TIMEOUT_S = 4 * 3600;

/**
 * A shape without a trainer: DecideRetrain answers `train: false` until a trainer is built, so nothing after it runs yet.
 * It stands so that the permissions, time-outs and failure paths of training are reviewed before the first training is paid for.
 */
export function retrainMachine(parts: { readonly controlArn: string; readonly placement: Placement }): Definition {
  const control = (action: string, input: Record<string, unknown>, resultPath: `$.${string}` | null, next: string) =>
    functionState({
      arn: parts.controlArn,
      timeoutS: CONTROL_TIMEOUT_S,
      input: { action, ...input },
      resultPath,
      next,
      onError: 'Failed',
    });
  const states: States = {
    DecideRetrain: control('decide-retrain', {}, '$.decision', 'IsDue'),
    IsDue: {
      Type: 'Choice',
      Choices: [{ Variable: '$.decision.train', BooleanEquals: true, Next: 'Train' }],
      Default: 'NotDue',
    },
    Train: containerState({
      placement: parts.placement,
      command: "States.Array('train', '--run', $.decision.runId)",
      timeoutS: TRAIN_TIMEOUT_S,
      next: 'Judge',
      onError: 'Failed',
    }),
    Judge: control('judge', { 'runId.$': '$.decision.runId' }, '$.verdict', 'Verdict'),
    Verdict: {
      Type: 'Choice',
      Choices: [{ Variable: '$.verdict.promote', BooleanEquals: true, Next: 'Promote' }],
      Default: 'Kept',
    },
    Promote: control('promote', { 'runId.$': '$.decision.runId' }, null, 'Promoted'),
    NotDue: { Type: 'Succeed' },
    Kept: { Type: 'Succeed' },
    Promoted: { Type: 'Succeed' },
    Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
  };
  return {
    Comment: 'retrain: decide, train, judge, promote or keep',
    QueryLanguage: 'JSONPath',
    StartAt: 'DecideRetrain',
    TimeoutSeconds: longestRunS(states) + 600,
    States: states,
  };
}
