import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Host } from '@aion/jobs';
import { callDeadMan } from '@aion/runtime/cloud/dead-man-call';
import { composeCloud } from '@aion/runtime/cloud/compose-cloud';
import { environmentOf } from '../../infra/environment.ts';
import { alarmsOf, METRICS_NAMESPACE, TABLE_OPERATIONS, type Alarm } from '../../infra/machines/alarms.ts';
import { dashboardBody } from '../../infra/machines/dashboard.ts';
import { stageArns, stageNames } from '../../infra/names.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { removeFolders, simulatedHome } from '../embedded-home.ts';
import { executeMachine, STAGE } from './execute-machine.ts';
import { realHandlers } from './real-handlers.ts';
import { ACCOUNT, STAGE_SETTINGS } from './stage-settings.ts';

const names = stageNames(STAGE);
const place = { account: ACCOUNT, region: 'ap-south-1' };
const ids = { httpApi: 'api', liveBalancer: 'balancer', liveTargets: 'targets' };
const alarms = alarmsOf(names, ids, ACCOUNT);

/** A metric as CloudWatch tells it from others: its name, and each dimension with its value. */
const identity = (metric: string, dimensions: Readonly<Record<string, unknown>>): string =>
  [
    metric,
    ...Object.keys(dimensions)
      .sort()
      .map((name) => `${name}=${String(dimensions[name])}`),
  ].join(' ');

/** What the AWS host wrote while the daily, the post-market run and the watch did their work. */
const emitted = new Set<string>();

/** A table that refuses its first request. */
let requests = 0;
const throttled = Object.assign(new Error('busy'), { name: 'ThrottlingException' });
const clients = { dynamodb: { send: async () => (requests++ === 0 ? Promise.reject(throttled) : {}) } };

beforeAll(async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    const config = parseStageConfig(STAGE, STAGE_SETTINGS);
    const environment = environmentOf(config, names, stageArns(names, place), ACCOUNT);
    const { items, telemetry } = composeCloud({ ...environment, AION_LOG_LEVEL: 'error' }, clients as never);
    await items.get({ table: 'product', pk: 'A', sk: '1' });
    const home = await simulatedHome('own-metrics');
    const pipeline = async () => ({ ...(await home.pipeline()), telemetry });
    const host: Host = { ...home, telemetry, pipeline };
    for (const kind of ['daily', 'post-market'] as const)
      await executeMachine(kind, { kind, triggeredBy: 'test', sessionDate: '2026-02-27' }, realHandlers(host));
    await callDeadMan(host);
    home.close();
  } finally {
    write.mockRestore();
  }
  for (const line of lines.filter((text) => text.includes('"_aws"'))) {
    const metric = JSON.parse(line) as Record<string, unknown> & {
      _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    for (const { Namespace, Dimensions, Metrics } of metric['_aws'].CloudWatchMetrics) {
      expect(Namespace).toBe(METRICS_NAMESPACE);
      for (const { Name } of Metrics)
        for (const keys of Dimensions)
          emitted.add(identity(Name, Object.fromEntries(keys.map((key) => [key, metric[key]]))));
    }
  }
});
afterAll(removeFolders);

/** Alarms on metrics of ours that nothing wrote: they would never ring, or ring for ever. */
const deaf = (list: readonly Alarm[]): string[] =>
  list
    .filter(({ namespace }) => namespace === METRICS_NAMESPACE)
    .filter(({ metric, dimensions }) => !emitted.has(identity(metric, dimensions)))
    .map(({ name }) => name);

describe('the metrics of our own', () => {
  it('are told apart by deployment, every one of them', () => {
    expect([...emitted].filter((metric) => !metric.includes(` deployment=${STAGE}`))).toEqual([]);
    expect([...emitted].some((metric) => metric.includes(' stage=ingest'))).toBe(true);
  });

  it('count what the tables were asked again', () => {
    expect([...emitted]).toContain(identity('aws_retries_total', { deployment: STAGE, reason: throttled.name }));
  });

  it('are what the alarms watch, name and dimensions', () => {
    expect(deaf(alarms)).toEqual([]);
    expect(alarms.filter(({ namespace }) => namespace === METRICS_NAMESPACE).map(({ name }) => name)).toEqual([
      'no-daily-run',
      'job-overdue',
      'track-record-broken',
    ]);
  });

  it('an alarm on another name, dimension or deployment is found to be deaf', () => {
    const watch = alarms.find(({ name }) => name === 'no-daily-run');
    for (const planted of [
      { metric: 'daily_run_late' },
      { dimensions: { stage: STAGE } },
      { dimensions: { deployment: 'prod' } },
      { dimensions: {} },
    ])
      expect(deaf([{ ...watch!, ...planted }])).toEqual(['no-daily-run']);
  });

  it('are what the dashboard shows', () => {
    const { widgets } = dashboardBody(names, ids, place) as {
      widgets: { properties: { metrics: (string | object)[][] } }[];
    };
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics)
      .filter(([namespace]) => namespace === METRICS_NAMESPACE)
      .map(([, metric, ...rest]) => {
        const pairs = rest.filter((part): part is string => typeof part === 'string');
        const dimensions = Object.fromEntries(
          pairs.flatMap((name, at) => (at % 2 === 0 ? [[name, pairs[at + 1]]] : [])),
        );
        return identity(String(metric), dimensions);
      });
    expect(shown).toHaveLength(2);
    expect(shown.filter((metric) => !emitted.has(metric))).toEqual([]);
  });
});

describe('the alarms on AWS', () => {
  it('count the system errors of every operation that the item table sends', () => {
    const source = readFileSync(
      new URL('../../packages/adapters/src/aws/dynamodb-item-table.ts', import.meta.url),
      'utf8',
    );
    const sent = [...source.matchAll(/new (\w+)Command\(/g)].map((match) => match[1]!);
    expect([...new Set(sent)].sort()).toEqual([...TABLE_OPERATIONS].sort());
  });

  it('ring for a live service of which no container starts: no healthy target, or no figure at all', () => {
    expect(alarms.find(({ name }) => name === 'live-unhealthy')).toMatchObject({
      metric: 'HealthyHostCount',
      below: 1,
      missing: 'breaching',
    });
  });
});
