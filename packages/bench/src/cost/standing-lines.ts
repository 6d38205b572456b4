import {
  ALARM_MAILS,
  ALL_DAY_METRICS,
  IMAGE_GB,
  IMAGES_KEPT,
  RARE_METRIC_SHARE,
  RARE_METRICS,
  RUN_METRIC_SHARE,
  SOCKETS_OPEN_SHARE,
} from './assumptions.ts';
import { line, type CostLine } from './cost-line.ts';
import { alarmMetrics, CONTAINERS } from './infra-plan.ts';
import type { Measured } from './measured.ts';
import { DAYS_PER_MONTH, HOURS_PER_MONTH } from './subscriber-day.ts';

/** Connections that a live socket counts as, in a capacity unit of the balancer: 3,000 open ones fill one. */
const SOCKETS_PER_LCU = 3000;
const SOCKET_HOURS = 8 * DAYS_PER_MONTH;

/** What a stage costs before anyone comes: the live service (here: with its domain, as prod has it), watching, keeping. */
export function standingLines(measured: Measured, subscribers: number): CostLine[] {
  const ofCalls = new Set(measured.metrics).size;
  const ofRuns = new Set(measured.tasks.flatMap(({ metrics }) => metrics)).size;
  const metrics = ofCalls + ALL_DAY_METRICS + ofRuns * RUN_METRIC_SHARE + RARE_METRICS * RARE_METRIC_SHARE;
  const sockets = subscribers * SOCKETS_OPEN_SHARE;
  const { live } = CONTAINERS;
  const alarms = alarmMetrics(true);
  return [
    line('Fargate', 'live: vCPU', 'fargate-vcpu-h', live.vcpus * HOURS_PER_MONTH, 'half a vCPU, all hours'),
    line('Fargate', 'live: memory', 'fargate-gb-h', live.memoryGb * HOURS_PER_MONTH, '1 GB, all hours'),
    line('Load balancer', 'hours', 'alb-h', HOURS_PER_MONTH, 'one balancer'),
    line(
      'Load balancer',
      'capacity',
      'alb-lcu-h',
      0.1 * HOURS_PER_MONTH + (sockets / SOCKETS_PER_LCU) * SOCKET_HOURS,
      `${sockets} sockets open for 8 h a day; health checks else`,
    ),
    line(
      'VPC',
      'public addresses of the live service',
      'ipv4-h',
      3 * HOURS_PER_MONTH,
      'the balancer in two zones, one container',
    ),
    line(
      'VPC',
      'bytes out of the live service',
      'transfer-gb',
      (sockets * 8 * 200 * DAYS_PER_MONTH + sockets * 960 * 60 * DAYS_PER_MONTH) / 1e9,
      'eight events a day of 200 bytes, pings each 30 s of 60 bytes',
    ),
    line(
      'DynamoDB',
      'live: reads',
      'dynamodb-rru',
      HOURS_PER_MONTH * 3600 + sockets * 8 * DAYS_PER_MONTH,
      'the pointer once a second, whoever listens; an entitlement per refinement and socket',
    ),
    line(
      'CloudWatch',
      'metrics',
      'metric',
      metrics,
      `${ofCalls} seen in the calls and ${ALL_DAY_METRICS} more all day, ${ofRuns} of runs and ${RARE_METRICS} rare ones by their hours`,
    ),
    line('CloudWatch', 'alarms', 'alarm', alarms, `${alarms} metrics watched, as infra/machines/alarms.ts lists them`),
    line('CloudWatch', 'dashboard', 'dashboard', 1, 'one'),
    line('CloudWatch', 'logs kept', 'logs-kept-gb', 1, '30 days; compressed to about a seventh, taken as 1 GB'),
    line('KMS', 'key of the alerts', 'key-month', 1, 'one, rotated'),
    line('KMS', 'requests', 'key-request', ALARM_MAILS * 2, 'two an alarm'),
    line('SNS', 'mails', 'mail-notice', ALARM_MAILS, 'alarms and their ends'),
    line('ECR', 'images', 'ecr-gb', IMAGES_KEPT * IMAGE_GB, `${IMAGES_KEPT} images to roll back to`),
    line(
      'outside AWS',
      'Supabase Pro',
      'supabase',
      1,
      'identity, up to 100,000 users a month; the free plan stops when idle',
    ),
  ];
}
