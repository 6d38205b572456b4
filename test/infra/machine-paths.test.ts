import { describe, expect, it } from 'vitest';
import { JOB_PLANS } from '@aion/jobs/runs';
import { stateName } from '../../infra/machines/job-machine.ts';
import { UNANSWERED } from '../../infra/machines/states.ts';
import type { MachineName } from '../../infra/names.ts';
import { executeMachine, failure, machineDefinition, type Handlers } from './execute-machine.ts';

const SCHEDULED = { kind: 'daily', triggeredBy: 'schedule' };
const EXECUTION = expect.stringMatching(/^execution-\d+$/) as string;
type Call = [state: string, input: unknown];
type Answer = (input: unknown, call: number) => unknown;

/** Handlers that record what they get; a state's answer can be replaced. */
function recorded(answers: Record<string, Answer> = {}) {
  const calls: Call[] = [];
  const defaults: Record<string, Answer> = {
    Prepare: () => ({ decision: 'run', runId: 'run-1', sessionDate: '2026-02-27', reason: 'bars are there' }),
    Bars: () => ({ runId: 'run-1', task: 'bars', shards: [{ shard: 0, of: 1 }], figures: {} }),
    DecideRetrain: () => ({ train: false, reason: 'no trainer is built' }),
    Judge: () => ({ promote: false }),
  };
  const names = ['Prepare', 'RecordFailure', 'FeaturesShard', 'DecideRetrain', 'Train', 'Judge', 'Promote'];
  const all = [...names, ...Object.values(JOB_PLANS).flatMap((plan) => plan.map((task) => stateName(task.name)))];
  const handlers: Handlers = Object.fromEntries(
    all.map((state) => [
      state,
      async (input: unknown) => {
        calls.push([state, input]);
        const before = calls.filter(([name]) => name === state).length;
        return (answers[state] ?? defaults[state] ?? (() => ({})))(input, before);
      },
    ]),
  );
  return { calls, handlers, of: (state: string) => calls.filter(([name]) => name === state).map(([, input]) => input) };
}

const shardsOf = (of: number) => () => ({ shards: Array.from({ length: of }, (_, shard) => ({ shard, of })) });
const throwing = (name: string) => () => {
  throw failure(name, `planted ${name}`);
};

describe('the daily machine', () => {
  it('runs the tasks of the plan in order, and calls each with its run', async () => {
    const { calls, handlers } = recorded();
    const run = await executeMachine('daily', SCHEDULED, handlers);
    expect(run.status).toBe('succeeded');
    expect(calls).toEqual([
      // The execution's name makes a repeated request the same run.
      ['Prepare', { action: 'prepare', kind: 'daily', triggeredBy: 'schedule', execution: EXECUTION }],
      ['Bars', { task: 'bars', runId: 'run-1', execution: EXECUTION }],
      ['Features', { task: 'features', runId: 'run-1', execution: EXECUTION }],
      [
        'Models',
        {
          taskDefinition: 'arn:aws:ecs:ap-south-1:123456789012:task-definition/aion-dev-task',
          command: ['stage', 'models', '--run', 'run-1', '--execution', EXECUTION],
        },
      ],
      ['Publish', { task: 'publish', runId: 'run-1', execution: EXECUTION }],
    ]);
    expect(run.largestPayload.bytes).toBeLessThan(2048);
  });

  it('hands what the API gave on to Prepare, and nothing can turn it into another action', async () => {
    const { of, handlers } = recorded();
    const given = { kind: 'hourly', action: 'fail', triggeredBy: 'admin', sessionDate: '2026-02-27', runId: 'mine' };
    await executeMachine('daily', given, handlers);
    expect(of('Prepare')).toEqual([{ ...given, kind: 'daily', action: 'prepare', execution: EXECUTION }]);
  });

  it('waits for its bars and asks again with the same request', async () => {
    const { of, handlers } = recorded({
      Prepare: (_, call) => ({ decision: call < 4 ? 'wait' : 'run', runId: 'run-1', reason: 'no bars yet' }),
    });
    const run = await executeMachine('daily', SCHEDULED, handlers);
    expect(run.status).toBe('succeeded');
    expect(run.visited.filter((state) => state === 'WaitForBars')).toHaveLength(3);
    expect(new Set(of('Prepare').map((input) => JSON.stringify(input)))).toHaveLength(1);
    expect(machineDefinition('daily').States['WaitForBars']).toMatchObject({ Seconds: 900 });
  });

  it('ends well without any task when there is nothing to do', async () => {
    const { calls, handlers } = recorded({ Prepare: () => ({ decision: 'skip', reason: 'no session' }) });
    expect((await executeMachine('daily', SCHEDULED, handlers)).status).toBe('succeeded');
    expect(calls).toHaveLength(1);
  });

  it('fails with the reason when the bars stay away', async () => {
    const { handlers } = recorded({
      Prepare: () => ({ decision: 'late', runId: 'run-1', reason: 'none until 23:00' }),
    });
    expect(await executeMachine('daily', SCHEDULED, handlers)).toMatchObject({
      status: 'failed',
      error: { Error: 'Aion.bars_missing', Cause: 'none until 23:00' },
    });
  });

  it('fails on a decision that it does not know, rather than take it for one', async () => {
    const { calls, handlers } = recorded({ Prepare: () => ({ decision: 'perhaps' }) });
    expect(await executeMachine('daily', SCHEDULED, handlers)).toMatchObject({
      status: 'failed',
      error: { Error: 'Aion.corrupt' },
    });
    expect(calls).toHaveLength(1);
  });

  it('one shard goes straight to the features task; three run as tasks of their own first', async () => {
    const one = recorded({ Bars: shardsOf(1) });
    await executeMachine('daily', SCHEDULED, one.handlers);
    expect(one.of('FeaturesShard')).toEqual([]);

    const three = recorded({ Bars: shardsOf(3) });
    const run = await executeMachine('daily', SCHEDULED, three.handlers);
    expect(run.status).toBe('succeeded');
    expect(three.of('FeaturesShard')).toEqual(
      [0, 1, 2].map((shard) => ({ task: 'features-shard', runId: 'run-1', execution: EXECUTION, shard, of: 3 })),
    );
    expect(three.calls.map(([state]) => state).slice(-3)).toEqual(['Features', 'Models', 'Publish']);
  });

  it('a shard that fails for good is recorded as its task', async () => {
    const { of, handlers } = recorded({ Bars: shardsOf(3), FeaturesShard: throwing('Aion.corrupt') });
    expect((await executeMachine('daily', SCHEDULED, handlers)).status).toBe('failed');
    expect(of('RecordFailure')).toMatchObject([{ task: 'features', error: { Error: 'Aion.corrupt' } }]);
    expect(of('Features')).toEqual([]);
  });

  it('records nothing when Prepare itself fails: there is no run yet', async () => {
    const { of, handlers } = recorded({ Prepare: throwing('Aion.bad_input') });
    expect(await executeMachine('daily', SCHEDULED, handlers)).toMatchObject({
      status: 'failed',
      error: { Error: 'Aion.bad_input', Cause: 'planted Aion.bad_input' },
    });
    expect(of('RecordFailure')).toEqual([]);
  });

  it('reports the first error when recording it fails too', async () => {
    const { of, handlers } = recorded({ Publish: throwing('Aion.corrupt'), RecordFailure: throwing('Aion.Retryable') });
    const run = await executeMachine('daily', SCHEDULED, handlers);
    expect(run.error).toMatchObject({ Error: 'Aion.corrupt' });
    expect(of('RecordFailure')).toHaveLength(5);
  });

  it('an answer that would not fit Step Functions is refused by the harness', async () => {
    const { handlers } = recorded({ Bars: () => ({ figures: 'x'.repeat(300_000) }) });
    await expect(executeMachine('daily', SCHEDULED, handlers)).rejects.toThrow(/state \w+ carries 300\d{3} bytes/);
  });

  it('a state without a handler is refused by the harness', async () => {
    const { Publish: _, ...handlers } = recorded().handlers;
    await expect(executeMachine('daily', SCHEDULED, handlers)).rejects.toThrow('no handler for Publish');
  });
});

const TASKS = Object.entries(JOB_PLANS).flatMap(([machine, plan]) =>
  plan.map((task) => ({
    machine: machine as MachineName,
    task: task.name,
    state: stateName(task.name),
    on: task.on as string,
  })),
);

describe.each(TASKS)('$machine: task $task', ({ machine, task, state, on }) => {
  const input = { kind: machine, triggeredBy: 'schedule' };
  const failing = async (error: string) => {
    const seen = recorded({ [state]: throwing(error) });
    return { ...seen, run: await executeMachine(machine, input, seen.handlers) };
  };
  const reported = (error: string) => (on === 'lambda' ? error : 'States.TaskFailed');

  it('a failure that may pass is retried as often as said, then recorded, then the machine fails', async () => {
    const { run, of } = await failing('Aion.Retryable');
    expect(of(state)).toHaveLength(on === 'lambda' ? 5 : 3);
    expect(of('RecordFailure')).toEqual([
      {
        action: 'fail',
        execution: EXECUTION,
        runId: 'run-1',
        task,
        error: { Error: reported('Aion.Retryable'), Cause: 'planted Aion.Retryable' },
      },
    ]);
    expect(run).toMatchObject({ status: 'failed', error: { Error: reported('Aion.Retryable') } });
  });

  it('bad input is not retried by a function; a container cannot tell', async () => {
    const { run, of } = await failing('Aion.bad_input');
    expect(of(state)).toHaveLength(on === 'lambda' ? 1 : 3);
    expect(of('RecordFailure')).toMatchObject([{ task, error: { Error: reported('Aion.bad_input') } }]);
    expect(run.visited.at(-1)).toBe('Failed');
  });

  it.each(on === 'lambda' ? UNANSWERED : ['States.Timeout'])(
    '%s, no answer at all, is tried once more',
    async (name) => {
      const { of } = await failing(name);
      expect(of(state)).toHaveLength(2);
      expect(of('RecordFailure')).toMatchObject([{ task, error: { Error: name } }]);
    },
  );

  it('a failure that passes costs nothing but the retry', async () => {
    const { handlers, of } = recorded({
      [state]: (given, call) => {
        if (call === 1)
          throw failure(on === 'lambda' ? 'Lambda.TooManyRequestsException' : 'ECS.AmazonECSException', 'busy');
        return state === 'Bars' ? shardsOf(1)() : given;
      },
    });
    const run = await executeMachine(machine, input, handlers);
    expect(run).toMatchObject({ status: 'succeeded', retries: { [state]: 1 } });
    expect(of('RecordFailure')).toEqual([]);
  });
});

describe('the retrain machine', () => {
  it('trains nothing while nothing is due', async () => {
    const { calls, handlers } = recorded();
    expect((await executeMachine('retrain', { kind: 'retrain' }, handlers)).status).toBe('succeeded');
    expect(calls.map(([state]) => state)).toEqual(['DecideRetrain']);
  });

  it.each([
    [true, ['DecideRetrain', 'Train', 'Judge', 'Promote']],
    [false, ['DecideRetrain', 'Train', 'Judge']],
  ])('what is trained is promoted only when judged so (%s)', async (promote, states) => {
    const { calls, handlers } = recorded({
      DecideRetrain: () => ({ train: true, runId: 'train-1' }),
      Judge: () => ({ promote }),
    });
    expect((await executeMachine('retrain', { kind: 'retrain' }, handlers)).status).toBe('succeeded');
    expect(calls.map(([state]) => state)).toEqual(states);
  });

  it.each(['DecideRetrain', 'Train', 'Judge', 'Promote'])('fails when %s fails', async (state) => {
    const { handlers } = recorded({
      DecideRetrain: () => ({ train: true, runId: 'train-1' }),
      Judge: () => ({ promote: true }),
      [state]: throwing('Aion.corrupt'),
    });
    expect((await executeMachine('retrain', { kind: 'retrain' }, handlers)).visited.at(-1)).toBe('Failed');
  });
});
