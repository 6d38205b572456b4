import { deadLetterQueues, FUNCTIONS, MACHINES, stageArns, TABLES, type Place, type StageNames } from '../names.ts';
import { METRICS_NAMESPACE, OVERDUE_METRIC, ownDimensions, RECORD_METRIC, type GivenIds } from './alarms.ts';

type Metric = (string | Record<string, string>)[];

/** One page: did the runs run, does the API answer, what drives the bill. */
export function dashboardBody(names: StageNames, ids: GivenIds, place: Place): Record<string, unknown> {
  const arns = stageArns(names, place);
  const lambda = (metric: string, stat: string): Metric[] =>
    FUNCTIONS.map((name) => ['AWS/Lambda', metric, 'FunctionName', names.of(name), { stat }]);
  const rows: readonly (readonly [title: string, metrics: Metric[]])[] = [
    ['Runs finished', machineMetrics('ExecutionsSucceeded', arns.machine)],
    ['Runs failed', machineMetrics('ExecutionsFailed', arns.machine)],
    ['Time of a run', machineMetrics('ExecutionTime', arns.machine, 'Maximum')],
    ['Daily run overdue', [ownMetric(names, OVERDUE_METRIC)]],
    ['Track record broken', [ownMetric(names, RECORD_METRIC)]],
    ['API calls', [apiMetric(ids, 'Count', 'Sum'), apiMetric(ids, '4xx', 'Sum'), apiMetric(ids, '5xx', 'Sum')]],
    ['API latency', [apiMetric(ids, 'Latency', 'p50'), apiMetric(ids, 'Latency', 'p99')]],
    ['Cost: function seconds', lambda('Duration', 'Sum')],
    ['Cost: function calls', lambda('Invocations', 'Sum')],
    ['Cost: reads', tableMetrics(names, 'ConsumedReadCapacityUnits')],
    ['Cost: writes', tableMetrics(names, 'ConsumedWriteCapacityUnits')],
    [
      'Dead letters',
      deadLetterQueues(names).map((queue) => [
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        'QueueName',
        queue,
        { stat: 'Maximum' },
      ]),
    ],
  ];
  return {
    widgets: rows.map(([title, metrics], at) => ({
      type: 'metric',
      x: (at % 2) * 12,
      y: Math.floor(at / 2) * 6,
      width: 12,
      height: 6,
      properties: { title, metrics, region: place.region, view: 'timeSeries', period: 3600 },
    })),
  };
}

const ownMetric = (names: StageNames, metric: string): Metric => [
  METRICS_NAMESPACE,
  metric,
  ...Object.entries(ownDimensions(names)).flat(),
  { stat: 'Maximum' },
];

const machineMetrics = (metric: string, arnOf: (name: (typeof MACHINES)[number]) => string, stat = 'Sum'): Metric[] =>
  MACHINES.map((name) => ['AWS/States', metric, 'StateMachineArn', arnOf(name), { stat }]);

const apiMetric = (ids: GivenIds, metric: string, stat: string): Metric => [
  'AWS/ApiGateway',
  metric,
  'ApiId',
  ids.httpApi,
  { stat },
];

const tableMetrics = (names: StageNames, metric: string): Metric[] =>
  TABLES.map((name) => ['AWS/DynamoDB', metric, 'TableName', names.of(name), { stat: 'Sum' }]);
