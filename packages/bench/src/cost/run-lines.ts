import { FUNCTION_PLAN } from '../../../../infra/function-plan.ts';
import { isFunction, SCHEDULES, type ScheduleEntry } from '../../../../infra/schedule-plan.ts';
import {
  CLOUD_SLOWDOWN,
  COLD_START_S,
  CONTAINER_START_S,
  LAMBDA_MB_PER_VCPU,
  OBJECT_BYTES_PER_S,
  OBJECT_REQUEST_S,
  PLATFORM_LOG_BYTES,
  STATE_LOG_BYTES,
  STORAGE_MONTHS,
  TABLE_REQUEST_S,
} from './assumptions.ts';
import { line, type CostLine } from './cost-line.ts';
import { CONTAINERS, transitionsOf } from './infra-plan.ts';
import type { Measured, MeasuredTask } from './measured.ts';
import type { Demand } from './meters.ts';
import { DAYS_PER_MONTH, SESSIONS_PER_MONTH } from './subscriber-day.ts';

/** Runs of each job on a session: one heavy run, seven hours, one report. */
const RUNS_PER_SESSION = { daily: 1, hourly: 7, 'post-market': 1 } as const;
/** Times that a daily machine asks for its bars before they are there: each is a wait, a look and a decision. */
const WAITS_PER_SESSION = 4;

const GB = 1e9;

/** Seconds that a piece of work waits for the network in the cloud and not here. */
export const networkSeconds = (demand: Demand): number =>
  demand.tableRequests * TABLE_REQUEST_S +
  (demand.objectGets + demand.objectPuts) * OBJECT_REQUEST_S +
  (demand.objectGetBytes + sum(Object.values(demand.putBytes))) / OBJECT_BYTES_PER_S;

/** Seconds that Lambda bills for work that took so many here, at the share of a processor that the memory pays for. */
export const lambdaSeconds = (seconds: number, memoryMb: number): number =>
  (seconds * CLOUD_SLOWDOWN) / Math.min(1, memoryMb / LAMBDA_MB_PER_VCPU);

export function runLines(measured: Measured): CostLine[] {
  const { tasks, shards } = measured;
  const monthly = ({ job, times }: MeasuredTask): number => SESSIONS_PER_MONTH * RUNS_PER_SESSION[job] * times;
  const all = (of: (task: MeasuredTask) => number): number => sum(tasks.map((task) => monthly(task) * of(task)));
  const ofKind = (pick: (task: MeasuredTask) => boolean) => tasks.filter(pick);
  const gbSeconds = (list: readonly MeasuredTask[], memoryMb: number): number =>
    sum(
      list.map(
        (task) =>
          monthly(task) *
          (memoryMb / 1024) *
          (lambdaSeconds(task.seconds, memoryMb) + networkSeconds(task.demand) + COLD_START_S),
      ),
    );
  const control = ofKind(({ task }) => task === 'prepare');
  const onLambda = ofKind(({ task, on }) => task !== 'prepare' && on === 'lambda');
  const onFargate = ofKind(({ on }) => on === 'fargate');
  const containerHours =
    sum(
      onFargate.map(
        (task) => monthly(task) * (task.seconds * CLOUD_SLOWDOWN + networkSeconds(task.demand) + CONTAINER_START_S),
      ),
    ) / 3600;
  const startsOf = (some: readonly ScheduleEntry[]): number =>
    sum(some.filter(({ enabled }) => enabled).map(({ cron }) => startsPerDay(cron) * DAYS_PER_MONTH));
  const runStarts = SESSIONS_PER_MONTH * sum(Object.values(RUNS_PER_SESSION));
  // Schedules know no calendar: whatever they start that is not due is looked at and ends. So does each decision on training.
  const idleStarts = startsOf(SCHEDULES.filter(({ target }) => !isFunction(target))) - runStarts;
  const controlCalls = sum(control.map(monthly)) + SESSIONS_PER_MONTH * WAITS_PER_SESSION + idleStarts;
  const deadMan = 24 * DAYS_PER_MONTH;
  const machines = (['daily', 'hourly', 'post-market'] as const).map(
    (job) => SESSIONS_PER_MONTH * RUNS_PER_SESSION[job] * transitionsOf(job, shards),
  );
  // A machine that has nothing to do begins, asks and ends: five states; a retrain decides and ends: four.
  const transitions = sum(machines) + SESSIONS_PER_MONTH * WAITS_PER_SESSION * 3 + idleStarts * 5;
  const starts = startsOf(SCHEDULES);
  const taskLogs = all(({ logBytes }) => logBytes + PLATFORM_LOG_BYTES) + deadMan * 2 * PLATFORM_LOG_BYTES;
  const putBytes = (folder: string): number => all(({ demand }) => demand.putBytes[folder] ?? 0);
  const stored = all(({ demand }) => demand.storedBytes);
  const taskMb = FUNCTION_PLAN.task.memoryMb;
  const controlMb = FUNCTION_PLAN.control.memoryMb;
  const importMb = FUNCTION_PLAN.import.memoryMb;
  // A bhavcopy is a small object of its own; a month's are joined into the year's, and what they replace is swept a week later.
  const yearBytes = measured.lake.bytes / Math.max(1, measured.lake.years);
  const lakeMonth = yearBytes / 12;
  const lakeReplaced = yearBytes / 4;
  const importSeconds = lambdaSeconds(3, importMb);
  return [
    line(
      'Lambda',
      'runs: calls',
      'lambda-request',
      all(({ on }) => (on === 'lambda' ? 1 : 0)) + controlCalls + deadMan,
      'tasks of the machines, one dead-man watch an hour',
    ),
    line(
      'Lambda',
      `runs: task, ${taskMb} MB`,
      'lambda-gb-s',
      gbSeconds(onLambda, taskMb),
      'seconds here × slowdown + network, per task and session',
    ),
    line(
      'Lambda',
      `runs: control and dead-man, ${controlMb} MB`,
      'lambda-gb-s',
      gbSeconds(control, controlMb) + (deadMan + idleStarts) * (controlMb / 1024) * 1.5,
      'as task; the watch is taken as 1.5 s',
    ),
    line(
      'Lambda',
      `runs: import, ${importMb} MB`,
      'lambda-gb-s',
      SESSIONS_PER_MONTH * (importMb / 1024) * importSeconds,
      'one bhavcopy a session, taken as 3 s here',
    ),
    line(
      'Step Functions',
      'transitions',
      'states-transition',
      transitions,
      `daily ${transitionsOf('daily', shards)} states, hourly ${transitionsOf('hourly', 1)}, with ${shards} shards; waits and idle days`,
    ),
    line(
      'Fargate',
      'models task: vCPU',
      'fargate-vcpu-h',
      containerHours * CONTAINERS.task.vcpus,
      `${containerHours.toFixed(2)} hours of 2 vCPU, with the start of the container`,
    ),
    line(
      'Fargate',
      'models task: memory',
      'fargate-gb-h',
      containerHours * CONTAINERS.task.memoryGb,
      `${containerHours.toFixed(2)} hours of 4 GB`,
    ),
    line('VPC', 'public addresses of tasks', 'ipv4-h', containerHours, 'one address while a container lives'),
    line('EventBridge Scheduler', 'starts', 'scheduler-run', starts, 'enabled schedules, each day of the week'),
    line(
      'DynamoDB',
      'runs: reads',
      'dynamodb-rru',
      all(({ demand }) => demand.readUnits) + deadMan * 160,
      'counted at the ItemTable port; a watch reads the newest 50 runs',
    ),
    line(
      'DynamoDB',
      'runs: writes',
      'dynamodb-wru',
      all(({ demand }) => demand.writeUnits),
      'counted at the ItemTable port, indexes and transactions included',
    ),
    line(
      'DynamoDB',
      'runs: storage',
      'dynamodb-gb',
      (stored * STORAGE_MONTHS) / GB,
      `kept for ever: after ${STORAGE_MONTHS} months`,
    ),
    line('DynamoDB', 'point-in-time recovery', 'dynamodb-pitr-gb', (stored * STORAGE_MONTHS) / GB, 'of the same bytes'),
    line('S3', 'stages, 30 days', 's3-gb', (putBytes('stages') * 1) / GB, 'bytes put a month'),
    line('S3', 'tensors, 45 days', 's3-gb', (putBytes('tensors') * 45) / DAYS_PER_MONTH / GB, 'bytes put in 45 days'),
    line(
      'S3',
      'snapshots, charts and the rest',
      's3-gb',
      (sum(
        tasks.flatMap((task) =>
          Object.entries(task.demand.putBytes)
            .filter(([folder]) => !['stages', 'tensors'].includes(folder))
            .map(([, bytes]) => bytes * monthly(task)),
        ),
      ) *
        STORAGE_MONTHS) /
        GB,
      `kept for ever: after ${STORAGE_MONTHS} months`,
    ),
    line(
      'S3',
      'lake, first 30 days',
      's3-gb',
      (lakeMonth + lakeReplaced) / GB,
      "a month of days; the year's object is written anew once a month, the old one goes after a week",
    ),
    line(
      'S3',
      'lake, cooled',
      's3-ia-gb',
      (measured.lake.bytes + lakeMonth * STORAGE_MONTHS) / GB,
      `older than 30 days: after ${STORAGE_MONTHS} months`,
    ),
    line('S3', 'lake objects moved', 's3-transition', SESSIONS_PER_MONTH, 'one a session'),
    line(
      'S3',
      'puts and lists',
      's3-put',
      all(({ demand }) => demand.objectPuts) + SESSIONS_PER_MONTH * 3,
      'counted at the ObjectStore port; three an import',
    ),
    line(
      'S3',
      'runs: gets',
      's3-get',
      all(({ demand }) => demand.objectGets),
      'counted at the ObjectStore port',
    ),
    line(
      'CloudWatch',
      'logs of runs',
      'logs-gb',
      (taskLogs + transitions * STATE_LOG_BYTES) / GB,
      'measured lines, and what Lambda and Step Functions add',
    ),
    line(
      'X-Ray',
      'traces of runs',
      'trace',
      sum(tasks.map(monthly)) + deadMan,
      'each is sampled: fewer than one a second',
    ),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Starts a day of "minute hours * * ? *", where the hours are numbers and ranges by comma, or every one. */
export function startsPerDay(cron: string): number {
  const hours = cron.split(' ')[1] ?? '';
  if (hours === '*') return 24;
  return sum(
    hours.split(',').map((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return last - first + 1;
    }),
  );
}
