import { StateMachine } from 'aws-local-stepfunctions';
import { resolveValue } from '../../infra/machines/resolve-template.ts';
import type { MachineName } from '../../infra/names.ts';
import { stageNames } from '../../infra/names.ts';
import { synthesise, type Synthesised, type Template } from '../../infra/machines/synthesise.ts';
import type { Definition, State } from '../../infra/machines/states.ts';

export const STAGE = 'dev';
/** Step Functions refuses a state's input or output that is larger. */
const PAYLOAD_LIMIT_BYTES = 256 * 1024;

let executions = 0;
let kept: Synthesised | undefined;
/** The templates of stage dev, synthesised once per test file. */
export const devTemplates = (): Synthesised =>
  (kept ??= synthesise({ stage: STAGE, production: false, logRetentionDays: 7, live: true }));

const PSEUDO: Readonly<Record<string, string>> = { 'AWS::Region': 'ap-south-1', 'AWS::AccountId': '123456789012' };

/** The definition of a machine as deployed, references resolved. */
export function machineDefinition(name: MachineName, template: Template = devTemplates().machines): Definition {
  const found = Object.values(template.Resources).find(
    (resource) =>
      resource.Type === 'AWS::StepFunctions::StateMachine' &&
      resource.Properties['StateMachineName'] === stageNames(STAGE).of(name),
  );
  if (found === undefined) throw new RangeError(`the template has no machine ${name}`);
  return JSON.parse(resolveValue(found.Properties['DefinitionString'], PSEUDO) as string) as Definition;
}

/**
 * What a state calls, by the state's name. A function's handler gets its payload and returns its result; a container's handler
 * gets `{ taskDefinition, command }` and what it returns is ignored, as the machine ignores it.
 */
export type Handlers = Readonly<Record<string, (input: unknown) => unknown>>;

export interface Execution {
  readonly status: 'succeeded' | 'failed';
  readonly output?: unknown;
  readonly error?: { readonly Error: string; readonly Cause: unknown };
  /** Names of the states in the order in which they were entered. */
  readonly visited: readonly string[];
  /** How often each state was retried. */
  readonly retries: Readonly<Record<string, number>>;
  readonly largestPayload: { readonly state: string; readonly bytes: number };
}

/** A failure with the name that the cloud would report, such as `Aion.Retryable`. */
export const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const runners = new Map<string, StateMachine>();
/** The local runner of a definition. It checks the definition when it is made, which takes longer than most runs do. */
function runnerOf(definition: Definition): StateMachine {
  const key = JSON.stringify(definition);
  const runner = runners.get(key) ?? new StateMachine(JSON.parse(key), { validationOptions: { checkArn: false } });
  runners.set(key, runner);
  return runner;
}

/**
 * Runs a machine of stage dev in the local runner, waits and pauses between retries taken out. Throws when a state has no handler
 * or a payload is too large for the cloud.
 */
export async function executeMachine(
  name: MachineName,
  input: unknown,
  handlers: Handlers,
  definition: Definition = machineDefinition(name),
): Promise<Execution> {
  const states = allStates(definition);
  const tasks = Object.entries(states).filter(([, state]) => state.Type === 'Task');
  const missing = tasks.map(([state]) => state).filter((state) => !(state in handlers));
  if (missing.length > 0) throw new RangeError(`machine ${name}: no handler for ${missing.join(', ')}`);
  const zero = (type: State['Type'][]) =>
    Object.fromEntries(
      Object.entries(states).flatMap(([state, { Type }]) => (type.includes(Type) ? [[state, 0]] : [])),
    );

  const execution = runnerOf(definition).run(input as never, {
    context: { Execution: { Name: `execution-${++executions}` } } as never,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(
        tasks.map(([state, { Resource }]) => [state, bind(handlers[state]!, Resource as string) as never]),
      ),
      waitTimeOverrides: zero(['Wait']),
      retryIntervalOverrides: zero(['Task', 'Map']),
    },
  });
  return follow(name, execution);
}

function bind(handler: (input: unknown) => unknown, resource: string) {
  if (!resource.includes(':states:::ecs:runTask')) return async (input: unknown) => (await handler(input)) ?? null;
  return async (input: unknown) => {
    const parameters = input as { TaskDefinition: string; Overrides: { ContainerOverrides: { Command: string[] }[] } };
    try {
      await handler({
        taskDefinition: parameters.TaskDefinition,
        command: parameters.Overrides.ContainerOverrides[0]?.Command,
      });
    } catch (error) {
      // Whatever a container dies of, Step Functions knows only that its task failed, or that ECS refused.
      if (error instanceof Error && /^(ECS|States)\./.test(error.name)) throw error;
      throw Object.assign(new Error(error instanceof Error ? error.message : String(error)), {
        name: 'States.TaskFailed',
      });
    }
    return { LastStatus: 'STOPPED' };
  };
}

async function follow(name: string, execution: ReturnType<StateMachine['run']>): Promise<Execution> {
  const visited: string[] = [];
  const retries: Record<string, number> = {};
  let largestPayload = { state: '', bytes: 0 };
  const weigh = (state: string, payload: unknown) => {
    const bytes = payload === undefined ? 0 : Buffer.byteLength(JSON.stringify(payload));
    if (bytes > largestPayload.bytes) largestPayload = { state, bytes };
  };
  // Held before the events are read: a failure must not count as unhandled meanwhile.
  const settled = execution.result.then(
    (output: unknown) => ({ output }),
    (error: unknown) => ({ error }),
  );
  let error: Execution['error'];
  for await (const event of execution.eventLogs) {
    if (event.type === 'StateEntered') {
      visited.push(event.state.name);
      weigh(event.state.name, event.state.input);
    } else if (event.type === 'StateExited') weigh(event.state.name, event.state.output);
    else if (event.type === 'StateRetried') retries[event.state.name] = (retries[event.state.name] ?? 0) + 1;
    else if (event.type === 'ExecutionFailed') error = { Error: event.Error, Cause: event.Cause };
  }
  const end = await settled;
  if (largestPayload.bytes >= PAYLOAD_LIMIT_BYTES) {
    throw new RangeError(
      `machine ${name}: state ${largestPayload.state} carries ${largestPayload.bytes} bytes, Step Functions takes ${PAYLOAD_LIMIT_BYTES}: store it and pass its key`,
    );
  }
  const shared = { visited, retries, largestPayload };
  if ('output' in end) return { status: 'succeeded', output: end.output, ...shared };
  if (error === undefined) throw end.error;
  return { status: 'failed', error, ...shared };
}

/** Every state of a definition, those inside Maps too. */
export function allStates(definition: Pick<Definition, 'States'>): Record<string, State> {
  const found: Record<string, State> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    found[name] = state;
    if (state.Type === 'Map') Object.assign(found, allStates(state['ItemProcessor'] as Definition));
  }
  return found;
}
