// Every physical name of a stage, in one place: both halves of the infrastructure (SST and CDK) and the tests read it, so that
// an ARN written in one half exists in the other.

export const APP = 'aion';
export const REGION = 'ap-south-1';

export const FUNCTIONS = [
  'api',
  'control',
  'task',
  'import',
  'billing-webhook',
  'billing-consumer',
  'billing-reconcile',
  'dead-man',
  'lake-care',
  'records',
  'bars',
  'features',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const TABLES = ['product', 'money', 'ephemeral'] as const;
export type TableName = (typeof TABLES)[number];

export const MACHINES = ['daily', 'hourly', 'post-market', 'retrain'] as const;
export type MachineName = (typeof MACHINES)[number];

/** A queue of feature requests for each lane of urgency, and one of what was given up in it. */
export const FEATURE_LANES = ['urgent', 'normal', 'idle'] as const;
export type FeatureLane = (typeof FEATURE_LANES)[number];

/** Task definitions that a machine runs in the cluster. */
export const CONTAINERS = ['task', 'trainer'] as const;
export type ContainerName = (typeof CONTAINERS)[number];

export interface StageNames {
  readonly stage: string;
  readonly prefix: string;
  readonly cluster: string;
  readonly alertTopic: string;
  readonly bucketPrefix: string;
  readonly billingQueue: string;
  readonly billingDlq: string;
  readonly scheduleDlq: string;
  readonly featureQueue: (lane: FeatureLane) => string;
  readonly featureDlq: (lane: FeatureLane) => string;
  readonly schedules: string;
  readonly api: string;
  readonly liveService: string;
  readonly liveBalancer: string;
  readonly secretsPath: string;
  readonly dashboard: string;
  /** Any other resource of the stage. */
  readonly of: (name: string) => string;
}

export function stageNames(stage: string): StageNames {
  const of = (name: string) => `${APP}-${stage}-${name}`;
  return {
    stage,
    prefix: `${APP}-${stage}`,
    cluster: of('cluster'),
    alertTopic: of('alerts'),
    // Bucket names are global: the account id is added where it is known.
    bucketPrefix: of('objects'),
    billingQueue: `${of('billing')}.fifo`,
    billingDlq: `${of('billing-dlq')}.fifo`,
    scheduleDlq: of('schedule-dlq'),
    featureQueue: (lane) => `${of('features')}-${lane}.fifo`,
    featureDlq: (lane) => `${of('features')}-${lane}-dlq.fifo`,
    schedules: of('schedules'),
    api: of('http-api'),
    liveService: of('live'),
    liveBalancer: of('live'),
    secretsPath: `/${APP}/${stage}`,
    dashboard: of('overview'),
    of,
  };
}

/** Where a stage lives; `account` may be a CloudFormation reference. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** ARNs that follow from names: no half of the infrastructure has to wait for the other's outputs. */
export function stageArns(names: StageNames, { account, region }: Place) {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  return {
    function: (name: FunctionName) => arn('lambda', `function:${names.of(name)}`),
    table: (name: TableName) => arn('dynamodb', `table/${names.of(name)}`),
    machine: (name: MachineName) => arn('states', `stateMachine:${names.of(name)}`),
    taskDefinition: (name: ContainerName) => arn('ecs', `task-definition/${names.of(name)}`),
    cluster: arn('ecs', `cluster/${names.cluster}`),
    role: (name: string) => `arn:aws:iam::${account}:role/${names.of(name)}`,
    queue: (name: string) => arn('sqs', name),
    alertTopic: arn('sns', names.alertTopic),
    secrets: arn('ssm', `parameter${names.secretsPath}/*`),
  };
}
export type StageArns = ReturnType<typeof stageArns>;

export const bucketName = (names: StageNames, account: string): string => `${names.bucketPrefix}-${account}`;
export const taskRole = (container: ContainerName | 'live') => `${container}-container`;
export const executionRole = (container: ContainerName | 'live') => `${container}-start`;
export const deadLetterQueues = (names: StageNames): readonly string[] => [
  names.billingDlq,
  names.scheduleDlq,
  ...FEATURE_LANES.map(names.featureDlq),
];
