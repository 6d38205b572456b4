import { SQSClient } from '@aws-sdk/client-sqs';
import { LANES } from '@aion/universe';
import { cloudFeatureQueues } from '@aion/runtime/cloud/feature-tools';
import { expect, it } from 'vitest';
import { environmentOf, queueUrl } from '../../infra/environment.ts';
import { alarmsOf } from '../../infra/machines/alarms.ts';
import { FEATURE_LANES, FUNCTIONS } from '../../infra/names.ts';
import { CALLED_FUNCTIONS } from '../../infra/schedule-plan.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { arns, CONTEXT, names } from './policy-plants.ts';
import { ACCOUNT, STAGE_SETTINGS } from './stage-settings.ts';

const alarms = alarmsOf(names, { httpApi: 'x' }, ACCOUNT);

/** A client that sends nothing and keeps where it would have. */
function listeningClient(): { client: SQSClient; asked: string[] } {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new SQSClient({ region: CONTEXT.region, credentials });
  const asked: string[] = [];
  client.middlewareStack.add(
    () => (args: { input: object }) => {
      if ('QueueUrl' in args.input) asked.push(String(args.input.QueueUrl));
      return Promise.resolve({ response: {}, output: { $metadata: {} } });
    },
    { step: 'initialize', name: 'listen' },
  );
  return { client, asked };
}

it('the program asks the queues that the infrastructure makes, a lane each', async () => {
  expect(FEATURE_LANES).toEqual(LANES);
  const environment = environmentOf(parseStageConfig('prod', STAGE_SETTINGS), names, arns, ACCOUNT);
  const { client, asked } = listeningClient();
  const queues = cloudFeatureQueues(environment, client);
  for (const lane of LANES) {
    await queues[lane].receive({ max: 1, visibilityMs: 1000 });
    await queues[lane].deadLetters();
  }
  const made = FEATURE_LANES.flatMap((lane) => [names.featureQueue(lane), names.featureDlq(lane)]);
  expect(asked).toEqual(made.map((name) => queueUrl(CONTEXT.region, ACCOUNT, name)));
});

it('a call of the schedule that waits for its turn rings nothing; one that is given up does', () => {
  const metricsOf = (name: string): string[] =>
    alarms.flatMap(({ dimensions, metric }) => (dimensions['FunctionName'] === names.of(name) ? [metric] : []));
  const called: readonly string[] = CALLED_FUNCTIONS;
  for (const name of FUNCTIONS)
    expect({ name, metrics: metricsOf(name) }).toEqual({
      name,
      metrics: ['Errors', called.includes(name) ? 'AsyncEventsDropped' : 'Throttles'],
    });
  expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
});
