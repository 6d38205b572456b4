import { Aws, CfnParameter, Stack, Tags, type App } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { stageNames } from '../names.ts';
import { alarmsOf, type Alarm } from './alarms.ts';
import { bootstrapless } from './bootstrapless.ts';

/** What the deployer passes: ids that AWS gives, and the topic (a reference is shorter than its ARN in every alarm). */
export const MONITORING_PARAMETERS = ['AlertTopicArn', 'HttpApiId'] as const;
/** Only with a live service. */
export const LIVE_PARAMETERS = ['LiveBalancerName', 'LiveTargetGroupName'] as const;

export interface MonitoringStackProps {
  readonly stage: string;
  /** Whether the stage has the live service and its load balancer. */
  readonly live: boolean;
}

export function monitoringStack(app: App, props: MonitoringStackProps): Stack {
  const names = stageNames(props.stage);
  const stack = new Stack(app, names.of('monitoring'), { synthesizer: bootstrapless(), analyticsReporting: false });
  Tags.of(stack).add('aion:stage', props.stage);
  const parameter = (id: (typeof MONITORING_PARAMETERS | typeof LIVE_PARAMETERS)[number]) =>
    new CfnParameter(stack, id, { type: 'String' }).valueAsString;
  const topic = parameter('AlertTopicArn');
  const ids = {
    httpApi: parameter('HttpApiId'),
    ...(props.live
      ? { liveBalancer: parameter('LiveBalancerName'), liveTargets: parameter('LiveTargetGroupName') }
      : {}),
  };
  for (const alarm of alarmsOf(names, ids, Aws.ACCOUNT_ID)) addAlarm(stack, names.of(alarm.name), alarm, topic);
  return stack;
}

function addAlarm(stack: Stack, alarmName: string, alarm: Alarm, topic: string): void {
  const dimensions = Object.entries(alarm.dimensions).map(([name, value]) => ({ name, value }));
  new CfnAlarm(stack, alarm.name.replaceAll('-', ''), {
    alarmName,
    alarmDescription: alarm.meaning,
    ...(alarm.sumOf === undefined
      ? {
          namespace: alarm.namespace,
          metricName: alarm.metric,
          dimensions,
          period: alarm.periodS,
          ...(alarm.statistic.startsWith('p')
            ? { extendedStatistic: alarm.statistic }
            : { statistic: alarm.statistic }),
        }
      : { metrics: sumOf(alarm, alarm.sumOf, dimensions) }),
    comparisonOperator: alarm.below === undefined ? 'GreaterThanThreshold' : 'LessThanThreshold',
    threshold: alarm.below ?? alarm.above,
    evaluationPeriods: alarm.periods ?? 1,
    treatMissingData: alarm.missing ?? 'notBreaching',
    alarmActions: [topic],
    // What has begun must be seen to have ended.
    okActions: [topic],
  });
}

function sumOf(
  alarm: Alarm,
  { dimension, values }: NonNullable<Alarm['sumOf']>,
  dimensions: { name: string; value: string }[],
) {
  return [
    { id: 'sum', expression: values.map((_, place) => `FILL(m${place},0)`).join('+'), returnData: true },
    ...values.map((value, place) => ({
      id: `m${place}`,
      returnData: false,
      metricStat: {
        metric: {
          namespace: alarm.namespace,
          metricName: alarm.metric,
          dimensions: [...dimensions, { name: dimension, value }],
        },
        period: alarm.periodS,
        stat: alarm.statistic,
      },
    })),
  ];
}
