import { pathToFileURL } from 'node:url';
import type { Api } from './api.ts';
import type { Alerts } from './alerts.ts';
import type { Containers } from './containers.ts';
import type { Deployment } from './deployment.ts';
import type { Functions } from './functions.ts';
import type { Live } from './live.ts';
import type { Network } from './network.ts';

type Synthesise = typeof import('../machines/synthesise.ts');

interface Parts {
  readonly alerts: Alerts;
  readonly api: Api;
  readonly containers: Containers;
  readonly functions: Functions;
  readonly live: Live;
  readonly net: Network;
}

/** State machines, alarms and the dashboard: synthesised here and deployed as CloudFormation stacks. */
export async function stacks({ config, names }: Deployment, parts: Parts) {
  // SST bundles this file; the CDK is loaded at run time instead, as it does not survive bundling.
  const file = pathToFileURL(`${$cli.paths.root}/infra/machines/synthesise.ts`).href;
  const { synthesise, templateBody } = (await import(file)) as Synthesise;
  const { machines, monitoring, overview } = synthesise({
    stage: config.stage,
    production: config.production,
    logRetentionDays: config.logRetentionDays,
    live: parts.live !== undefined,
  });
  const { alerts, api, containers, functions, live, net } = parts;
  const machinesStack = new aws.cloudformation.Stack(
    'Machines',
    {
      name: names.of('machines'),
      templateBody: templateBody(machines),
      capabilities: ['CAPABILITY_NAMED_IAM'],
      onFailure: 'ROLLBACK',
      parameters: { SubnetA: net.subnets[0]!.id, SubnetB: net.subnets[1]!.id, TaskSecurityGroup: net.tasks.id },
    },
    { dependsOn: [functions.control, functions.task, containers.cluster, containers.task, containers.trainer] },
  );
  const monitoringStack = new aws.cloudformation.Stack(
    'Monitoring',
    {
      name: names.of('monitoring'),
      templateBody: templateBody(monitoring),
      onFailure: 'ROLLBACK',
      parameters: {
        AlertTopicArn: alerts.topic.arn,
        HttpApiId: api.http.id,
        ...(live === undefined ? {} : { LiveBalancerName: live.balancerName, LiveTargetGroupName: live.targetsName }),
      },
    },
    { dependsOn: [machinesStack] },
  );
  new aws.cloudformation.Stack(
    'Overview',
    {
      name: names.of('overview'),
      templateBody: templateBody(overview),
      onFailure: 'ROLLBACK',
      parameters: { HttpApiId: api.http.id },
    },
    // A stage of before has its dashboard among the alarms: it has to go from there first.
    { dependsOn: [monitoringStack] },
  );
  return machinesStack;
}
