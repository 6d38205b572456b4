import { CALLED_FUNCTIONS } from '../schedule-plan.ts';
import { deadLetterQueues, FUNCTIONS, MACHINES, stageArns, TABLES, REGION, type StageNames } from '../names.ts';

/** What rings: a value above a bound, or one below it. */
type Bound = { readonly above: number; readonly below?: never } | { readonly below: number; readonly above?: never };

/** An alarm on a metric that must stay within its bound. */
export type Alarm = Bound & {
  readonly name: string;
  /** What it means and where to look: it arrives in the operator's mail. */
  readonly meaning: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum' | 'Average' | 'p99';
  readonly periodS: number;
  readonly periods?: number;
  readonly missing?: 'breaching' | 'notBreaching';
  /** The metric exists only per value of one more dimension: the alarm watches their sum. */
  readonly sumOf?: { readonly dimension: string; readonly values: readonly string[] };
};

export interface GivenIds {
  readonly httpApi: string;
  readonly liveBalancer?: string;
  readonly liveTargets?: string;
}

/** Our own metrics, written by the functions in CloudWatch's embedded format. */
export const METRICS_NAMESPACE = 'Aion';
/** 1 when a session's daily run has not finished in time, else 0; the dead-man function writes it every hour. */
export const OVERDUE_METRIC = 'daily_run_overdue';
/** How many jobs of the timetable have not ended well in time; the dead-man function writes it every hour. */
export const OVERDUE_JOBS_METRIC = 'jobs_overdue';
/** 1 when the track record does not hold, else 0; the post-market run writes it. */
export const RECORD_METRIC = 'record_broken';
/** The dimensions that each of our metrics has: deployments share an account and a namespace. */
export const ownDimensions = ({ stage }: StageNames): Readonly<Record<string, string>> => ({ deployment: stage });

export function alarmsOf(names: StageNames, ids: GivenIds, account: string): Alarm[] {
  return [
    ...MACHINES.flatMap((machine) => machineAlarms(names, account, machine)),
    ...deadLetterQueues(names).map((queue) => deadLetterAlarm(names, queue)),
    ...FUNCTIONS.flatMap((name) => functionAlarms(names, name)),
    ...TABLES.flatMap((name) => tableAlarms(names, name)),
    ...apiAlarms(ids.httpApi),
    deadManAlarm(names),
    overdueJobsAlarm(names),
    recordAlarm(names),
    ...(ids.liveBalancer === undefined || ids.liveTargets === undefined
      ? []
      : [liveAlarm(ids.liveBalancer, ids.liveTargets)]),
  ];
}

const sum = { statistic: 'Sum', periodS: 300, above: 0 } as const;

function machineAlarms(names: StageNames, account: string, machine: (typeof MACHINES)[number]): Alarm[] {
  const arn = stageArns(names, { account, region: REGION }).machine(machine);
  return (['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'] as const).map((metric) => ({
    ...sum,
    name: `${machine}-${metric.slice('Executions'.length).toLowerCase()}`,
    meaning: `A ${machine} run ended as ${metric}. Open the execution in Step Functions, then the run on /admin.`,
    namespace: 'AWS/States',
    metric,
    dimensions: { StateMachineArn: arn },
  }));
}

function deadLetterAlarm(names: StageNames, queue: string): Alarm {
  return {
    name: `${queue.slice(names.prefix.length + 1).replace('.fifo', '')}-filled`,
    meaning: `Messages lie in ${queue}: nobody handles them until they are moved back (redrive).`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue },
    statistic: 'Maximum',
    periodS: 300,
    above: 0,
  };
}

function functionAlarms(names: StageNames, name: string): Alarm[] {
  const of = (metric: string, meaning: string): Alarm => ({
    ...sum,
    ...{ name: `${name}-${metric.toLowerCase()}`, meaning, namespace: 'AWS/Lambda', metric },
    dimensions: { FunctionName: names.of(name) },
  });
  const has = (metric: string): Alarm =>
    of(metric, `Function ${names.of(name)} has ${metric.toLowerCase()}: its log group says why.`);
  if (!(CALLED_FUNCTIONS as readonly string[]).includes(name)) return [has('Errors'), has('Throttles')];
  // A call of the schedule waits for its turn, hours if it must: being put off is no fault, being given up is.
  const givenUp = `A call of ${names.of(name)} was given up: it failed three times, or waited six hours for its turn.`;
  return [has('Errors'), of('AsyncEventsDropped', givenUp)];
}

/** The operations that the program calls (a put is an update); CloudWatch counts system errors per operation. */
export const TABLE_OPERATIONS = ['GetItem', 'UpdateItem', 'DeleteItem', 'Query', 'TransactWriteItems'];

function tableAlarms(names: StageNames, table: string): Alarm[] {
  const throttled = (['ReadThrottleEvents', 'WriteThrottleEvents'] as const).map((metric) => ({
    ...sum,
    name: `${table}-${metric === 'ReadThrottleEvents' ? 'reads' : 'writes'}-throttled`,
    meaning: `Table ${names.of(table)} refuses requests: a hot key, or more traffic than on-demand capacity grew to.`,
    namespace: 'AWS/DynamoDB',
    metric,
    dimensions: { TableName: names.of(table) },
  }));
  const broken: Alarm = {
    ...sum,
    name: `${table}-system-errors`,
    meaning: `DynamoDB fails on table ${names.of(table)}: see the AWS health page.`,
    namespace: 'AWS/DynamoDB',
    metric: 'SystemErrors',
    dimensions: { TableName: names.of(table) },
    sumOf: { dimension: 'Operation', values: TABLE_OPERATIONS },
  };
  return [...throttled, broken];
}

function apiAlarms(httpApi: string): Alarm[] {
  const shared = { namespace: 'AWS/ApiGateway', dimensions: { ApiId: httpApi }, periodS: 300, periods: 2 };
  return [
    {
      ...shared,
      name: 'api-5xx',
      meaning: 'More than 1% of the API calls fail on our side: see the errors of function api.',
      metric: '5xx',
      // The average of a 0-or-1 metric is the rate.
      statistic: 'Average',
      above: 0.01,
    },
    {
      ...shared,
      name: 'api-slow',
      meaning: 'One API call in a hundred takes longer than 2 s: cold starts, a slow table, or a large answer.',
      metric: 'Latency',
      statistic: 'p99',
      above: 2000,
    },
  ];
}

function deadManAlarm(names: StageNames): Alarm {
  return {
    name: 'no-daily-run',
    meaning: "A session's daily run did not finish in time, or the watch itself is silent.",
    namespace: METRICS_NAMESPACE,
    metric: OVERDUE_METRIC,
    dimensions: ownDimensions(names),
    statistic: 'Maximum',
    periodS: 3600,
    periods: 2,
    above: 0,
    // Silence is the failure that this alarm exists for.
    missing: 'breaching',
  };
}

function overdueJobsAlarm(names: StageNames): Alarm {
  return {
    name: 'job-overdue',
    meaning:
      'A job of the timetable has not ended well in time: the log of function dead-man names it and its last error.',
    namespace: METRICS_NAMESPACE,
    metric: OVERDUE_JOBS_METRIC,
    dimensions: ownDimensions(names),
    statistic: 'Maximum',
    periodS: 3600,
    above: 0,
  };
}

function recordAlarm(names: StageNames): Alarm {
  return {
    name: 'track-record-broken',
    meaning: 'The track record does not hold: it was changed after it was written. Publish nothing; run ledger verify.',
    namespace: METRICS_NAMESPACE,
    metric: RECORD_METRIC,
    dimensions: ownDimensions(names),
    statistic: 'Maximum',
    periodS: 3600,
    above: 0,
  };
}

function liveAlarm(balancer: string, targets: string): Alarm {
  return {
    name: 'live-unhealthy',
    meaning:
      'No live server answers its health check, or none is there: see its log group and the events of its service.',
    namespace: 'AWS/ApplicationELB',
    // Not the unhealthy ones: where the container cannot even start there is no target to count.
    metric: 'HealthyHostCount',
    dimensions: { LoadBalancer: balancer, TargetGroup: targets },
    statistic: 'Maximum',
    periodS: 60,
    periods: 3,
    below: 1,
    missing: 'breaching',
  };
}
