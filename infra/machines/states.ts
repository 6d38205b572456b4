// States of the Amazon States Language in JSONPath form. Plain objects, so that the very same definition is deployed, checked
// and executed locally.

export interface State {
  readonly Type: 'Task' | 'Map' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail';
  readonly [field: string]: unknown;
}
export type States = Record<string, State>;

export interface Definition {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONPath';
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: States;
}

/** What a container task needs to be placed; the values may be references that the template resolves. */
export interface Placement {
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly container: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

/**
 * A function of which no answer came: the state's clock ran out, or Lambda's before it; or Lambda lost the function without a word,
 * as when its memory ran out.
 */
export const UNANSWERED = [
  'States.Timeout',
  'Sandbox.Timedout',
  'Lambda.Unknown',
  'Lambda.ClientExecutionTimeoutException',
];

/** Failures that pass by waiting: our own retryable ones, and Lambda's. `Aion.bad_input` is not among them. */
export const RETRYABLE_ERRORS = [
  'Aion.Retryable',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

const backoff = { IntervalSeconds: 2, BackoffRate: 2, JitterStrategy: 'FULL' };
const functionRetry = [
  { ErrorEquals: RETRYABLE_ERRORS, ...backoff, MaxAttempts: 4 },
  { ErrorEquals: UNANSWERED, IntervalSeconds: 2, MaxAttempts: 1 },
];
/** A container says only that it failed, not why: it is tried again, since its finished stages are not redone. */
const containerRetry = [
  { ErrorEquals: ['States.Timeout'], IntervalSeconds: 2, MaxAttempts: 1 },
  {
    ErrorEquals: ['States.TaskFailed', 'ECS.AmazonECSException'],
    IntervalSeconds: 10,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
    MaxAttempts: 2,
  },
];

/** Seconds a state waits longer than what it calls, so that the function's own error arrives and not just "timed out". */
const GRACE_S = 30;
/** Pulling the image and starting the container. */
const CONTAINER_START_S = 300;

export const catchTo = (next: string, resultPath = '$.error') => [
  { ErrorEquals: ['States.ALL'], ResultPath: resultPath, Next: next },
];

export function functionState(task: {
  readonly arn: string;
  readonly timeoutS: number;
  readonly input: Readonly<Record<string, unknown>> | `$.${string}`;
  readonly resultPath: `$.${string}` | null;
  readonly next: string;
  readonly onError: string;
  readonly errorPath?: string;
}): State {
  return {
    Type: 'Task',
    Resource: task.arn,
    ...(typeof task.input === 'string' ? { InputPath: task.input } : { Parameters: task.input }),
    ResultPath: task.resultPath,
    TimeoutSeconds: task.timeoutS + GRACE_S,
    Retry: functionRetry,
    Catch: catchTo(task.onError, task.errorPath),
    Next: task.next,
  };
}

export function containerState(task: {
  readonly placement: Placement;
  /** An expression that yields the container's command. */
  readonly command: string;
  readonly timeoutS: number;
  readonly next: string;
  readonly onError: string;
}): State {
  const { placement } = task;
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::ecs:runTask.sync',
    Parameters: {
      Cluster: placement.clusterArn,
      TaskDefinition: placement.taskDefinitionArn,
      LaunchType: 'FARGATE',
      PropagateTags: 'TASK_DEFINITION',
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: placement.subnets,
          SecurityGroups: [placement.securityGroup],
          // There is no NAT gateway: a public address is the way to the image and to the AWS endpoints.
          AssignPublicIp: 'ENABLED',
        },
      },
      Overrides: { ContainerOverrides: [{ Name: placement.container, 'Command.$': task.command }] },
    },
    // What ECS tells about the container is large and nobody reads it: results travel through the run's record.
    ResultPath: null,
    TimeoutSeconds: task.timeoutS + CONTAINER_START_S,
    Retry: containerRetry,
    Catch: catchTo(task.onError),
    Next: task.next,
  };
}

/** A shard's task inside a Map: the Map catches for it. */
export function shardState(arn: string, timeoutS: number): State {
  return { Type: 'Task', Resource: arn, TimeoutSeconds: timeoutS + GRACE_S, Retry: functionRetry, End: true };
}
