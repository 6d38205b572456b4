import { alerts as makeAlerts } from './alerts.ts';
import { api as makeApi } from './api.ts';
import { door as makeDoor } from './edge.ts';
import { containers as makeContainers } from './containers.ts';
import { deployment as readDeployment } from './deployment.ts';
import { functions as makeFunctions } from './functions.ts';
import { live as makeLive } from './live.ts';
import { network } from './network.ts';
import { queues as makeQueues } from './queues.ts';
import { schedules } from './schedules.ts';
import { stacks } from './stacks.ts';
import { storage } from './storage.ts';
import { web } from './web.ts';

/** A whole stage, in the order in which its parts need each other. */
export async function stage() {
  const deployment = await readDeployment();
  const net = network(deployment);
  storage(deployment);
  const queues = makeQueues(deployment);
  const alerts = makeAlerts(deployment);
  const door = await makeDoor();
  const functions = makeFunctions(deployment, queues, door);
  const api = makeApi(deployment, functions);
  const containers = makeContainers(deployment);
  const live = makeLive(deployment, net, containers);
  const machines = await stacks(deployment, { alerts, api, containers, functions, live, net });
  schedules(deployment, functions, queues, [machines]);
  const site = web(deployment, api, door);
  return {
    api: api.url,
    site: site.url,
    live: live?.url ?? 'off',
    // What the operator's commands take as --stage: no secret is among it.
    variables: JSON.stringify(deployment.environment),
  };
}
