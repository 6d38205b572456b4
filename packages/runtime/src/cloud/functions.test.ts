import { describe, expect, it } from 'vitest';
import { AppError } from '@aion/core';
import type { Cloud } from './compose-cloud.ts';
import { machineHandler, memoise } from './functions.ts';
import { toCallError, toMachineError } from './machine-error.ts';
import { runTaskCommand } from './task-command.ts';

describe('an error of a task', () => {
  it('is named so that the machine tries again what may pass, and nothing else', () => {
    expect(toMachineError(new AppError('conflict', 'x', { retryable: true })).name).toBe('Aion.Retryable');
    expect(toMachineError(new AppError('conflict', 'x')).name).toBe('Aion.conflict');
    expect(toMachineError(new AppError('bad_input', 'the date')).message).toBe('the date');
    expect(toMachineError(new TypeError('undefined is not a function')).name).toBe('Aion.internal');
    expect(toMachineError('text').name).toBe('Aion.internal');
    // Whoever calls and waits is told the code itself.
    expect(toCallError(new AppError('conflict', 'x', { retryable: true })).name).toBe('Aion.conflict');
  });
});

describe('a memoised value', () => {
  it('is made once for many who ask at once, and again after it could not be made', async () => {
    let made = 0;
    const once = memoise(async () => ++made);
    expect(await Promise.all([once(), once(), once()])).toEqual([1, 1, 1]);
    let tries = 0;
    const flaky = memoise(async () => {
      if (++tries === 1) throw new Error('not yet');
      return tries;
    });
    await expect(flaky()).rejects.toThrow('not yet');
    expect(await flaky()).toBe(2);
  });
});

describe('a handler of a state machine', () => {
  const lines: string[] = [];
  const correlated: object[] = [];
  const host = {
    correlate: (fields: object) => void correlated.push(fields),
    telemetry: {
      log: (_level: string, message: string, fields: object) => void lines.push(`${message} ${JSON.stringify(fields)}`),
    },
  } as unknown as Cloud;

  it('correlates its lines by run and trace, logs a failure whole and gives the machine its name', async () => {
    process.env['_X_AMZN_TRACE_ID'] = 'Root=1-2-3';
    const handler = machineHandler(
      async () => {
        throw new AppError('unavailable', 'the table does not answer', { retryable: true });
      },
      async () => host,
    );
    await expect(handler({ runId: 'run-1', task: 'bars' })).rejects.toMatchObject({ name: 'Aion.Retryable' });
    expect(correlated).toEqual([{ traceId: 'Root=1-2-3', correlationId: 'run-1' }]);
    expect(lines[0]).toMatch(/a task failed .*the table does not answer.*functions\.test\.ts/);
    delete process.env['_X_AMZN_TRACE_ID'];
  });

  it('names a failure to compose as well, and composes again at the next call', async () => {
    let tries = 0;
    const handler = machineHandler(
      async () => 'done',
      memoise(async () => {
        if (++tries === 1) throw new AppError('missing_data', 'secret /aion/dev/ledger-secret is missing');
        return host;
      }),
    );
    await expect(handler({})).rejects.toMatchObject({ name: 'Aion.missing_data' });
    expect(await handler({})).toBe('done');
  });
});

describe('the container’s command', () => {
  it('says by its exit status whether trying again may help', async () => {
    const failing = (thrown: Error) => async () => {
      throw thrown;
    };
    const stage = ['stage', 'models', '--run', 'run-1'];
    expect(await runTaskCommand(stage, failing(new AppError('unavailable', 'x', { retryable: true })))).toBe(75);
    expect(await runTaskCommand(stage, failing(new AppError('model_refused', 'x')))).toBe(1);
    expect(await runTaskCommand(['stage'], failing(new Error('not reached')))).toBe(2);
    expect(await runTaskCommand(['--unknown'], failing(new Error('not reached')))).toBe(2);
  });
});
