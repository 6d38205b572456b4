import { JOB_PLANS } from '@aion/jobs/runs';
import { alarmsOf } from '../../../../infra/machines/alarms.ts';
import { jobMachine } from '../../../../infra/machines/job-machine.ts';
import type { States } from '../../../../infra/machines/states.ts';
import { stageNames } from '../../../../infra/names.ts';

/** The live server's container and that of a task: as infra/resources/containers.ts has them, which a test compares. */
export const CONTAINERS = {
  task: { vcpus: 2, memoryGb: 4 },
  live: { vcpus: 0.5, memoryGb: 1 },
} as const;

const PLACEMENT = { clusterArn: '', taskDefinitionArn: '', container: 'task', subnets: [], securityGroup: '' };

/** Transitions of a run that goes well, by walking the machine that is deployed: into each state, and out of the last. */
export function transitionsOf(job: keyof typeof JOB_PLANS, shards: number): number {
  const definition = jobMachine({
    job,
    plan: JOB_PLANS[job],
    controlArn: '',
    taskArn: '',
    placement: PLACEMENT,
    waitS: job === 'daily' ? 1 : 0,
  });
  let name: string | undefined = definition.StartAt;
  let transitions = 1;
  while (name !== undefined) {
    transitions++;
    const state: States[string] | undefined = definition.States[name];
    if (state === undefined) throw new RangeError(`machine ${job} has no state ${name}`);
    if (state.Type === 'Map') transitions += shards;
    name = state.Type === 'Choice' ? chosen(name, state, shards) : (state['Next'] as string | undefined);
  }
  return transitions;
}

function chosen(name: string, state: States[string], shards: number): string {
  const [first] = state!['Choices'] as readonly { readonly Next: string }[];
  const isShards = name.endsWith('AreSharded');
  return isShards && shards < 2 ? (state!['Default'] as string) : first!.Next;
}

/** Metrics that the alarms watch; an alarm on a sum of several costs as much as several. */
export function alarmMetrics(live: boolean): number {
  const ids = { httpApi: 'x', ...(live ? { liveBalancer: 'x', liveTargets: 'x' } : {}) };
  return alarmsOf(stageNames('prod'), ids, '123456789012').reduce(
    (sum, { sumOf }) => sum + (sumOf?.values.length ?? 1),
    0,
  );
}
