import { runControl, toMachineError } from '@aion/runtime';
import { runTask } from '@aion/jobs/runs';
import { type Host } from '@aion/jobs';
import type { Handlers } from './execute-machine.ts';

/** The states of a job's machine bound to what is deployed behind them: control and task functions, and the container's command. */
export function realHandlers(host: Host, hosts: { readonly container?: Host } = {}): Handlers {
  const named =
    (work: (input: unknown) => Promise<unknown>) =>
    async (input: unknown): Promise<unknown> => {
      try {
        return await work(input);
      } catch (error) {
        throw toMachineError(error);
      }
    };
  const control = named((input) => runControl(host, input));
  const task = named((input) => runTask(host, input));
  const container = named(async (input) => {
    const [stage, name, flag, runId, other, execution] = (input as { command: string[] }).command;
    if (stage !== 'stage' || flag !== '--run' || other !== '--execution')
      throw new Error(`the container has no such command: ${stage} ${flag}`);
    return runTask(hosts.container ?? host, { task: name, runId, execution });
  });
  return {
    Prepare: control,
    RecordFailure: control,
    DecideRetrain: control,
    Bars: task,
    FeaturesShard: task,
    Features: task,
    Models: container,
    Publish: task,
    Refine: task,
    Report: task,
  };
}
