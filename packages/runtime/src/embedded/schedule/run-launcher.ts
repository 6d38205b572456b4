import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { errorFields, isAppError, makeTurns } from '@aion/core';
import { listRuns, loadRun, saveRun } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import { isAbandoned, runOfProcess, startRun, type RunRequest, type StartedRun } from '@aion/jobs/runs';

export interface RunLauncher {
  /** Starts a run in a process of its own; the API, sockets and the kill switch stay responsive. */
  start(request: RunRequest): Promise<StartedRun>;
  /** Marks runs whose process is gone as interrupted and takes the newest of each kind up again. */
  recover(): Promise<void>;
  /** Resolves when the process of a run has ended, at once where this launcher has none for it. */
  ended(runId: string): Promise<void>;
  /** Resolves when no run of this launcher is under way. */
  idle(): Promise<void>;
  stop(): void;
}

/** Starts runs, each in a process of its own. `program` is the command line's script, which does them. */
export function makeRunLauncher(embedded: Embedded, program: string): RunLauncher {
  const children = new Map<string, { child: ChildProcess; ended: Promise<void> }>();
  // Who started it stands in the run's record: what stands in a process list, every user of the machine can read.
  const launch = (runId: string, kind: string): void => {
    const logs = join(embedded.loaded.home, 'logs');
    mkdirSync(logs, { recursive: true });
    const log = openSync(join(logs, `${runId}.log`), 'a');
    const child = spawn(process.execPath, [program, kind, '--run', runId, '--json'], {
      env: { ...process.env, AION_HOME: embedded.loaded.home },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const ended = new Promise<void>((resolve) => {
      const end = (): void => {
        children.delete(runId);
        settle(embedded, runId).then(resolve, (error: unknown) => {
          embedded.telemetry.log('error', 'a run could not be settled', { runId, ...errorFields(error) });
          resolve();
        });
      };
      child.once('exit', end);
      child.once('error', (error) => {
        embedded.telemetry.log('error', 'a run could not be started', { runId, error: error.message });
        end();
      });
    });
    children.set(runId, { child, ended });
  };
  const begin = (request: RunRequest): Promise<StartedRun> =>
    startRun(embedded, request, {
      underWay: (exchange, kind) => runOfProcess(embedded, exchange, kind),
      async start(run) {
        const again = { status: 'queued', startedMs: embedded.clock.nowMs(), finishedMs: null, error: null } as const;
        if (request.runId !== undefined) await saveRun(embedded.items, { ...run, ...again });
        launch(run.id, run.kind);
      },
    });
  // One after the other: of two requests at once the second finds the run of the first.
  const inTurn = makeTurns();
  return {
    start: (request) => inTurn(() => begin(request)),
    async recover() {
      const { runs } = await listRuns(embedded.items, 'NSE', { limit: 50 });
      const kinds = new Set<string>();
      for (const { run } of runs) {
        const newest = !kinds.has(run.kind);
        kinds.add(run.kind);
        if (!isAbandoned(embedded, run)) continue;
        await saveRun(embedded.items, {
          ...run,
          status: 'interrupted',
          finishedMs: embedded.clock.nowMs(),
          error: 'the process ended before the run did',
        });
        if (newest) launch(run.id, run.kind);
      }
    },
    async ended(runId) {
      await children.get(runId)?.ended;
    },
    async idle() {
      await Promise.all([...children.values()].map(({ ended }) => ended));
    },
    stop() {
      for (const { child } of children.values()) child.kill('SIGTERM');
    },
  };
}

/** A process that ended without saying how leaves an interrupted run, which can be taken up again. */
async function settle(embedded: Embedded, runId: string): Promise<void> {
  try {
    const { run } = await loadRun(embedded.items, runId);
    if (run.status !== 'running' && run.status !== 'queued') return;
    await saveRun(embedded.items, {
      ...run,
      status: 'interrupted',
      finishedMs: embedded.clock.nowMs(),
      error: 'the process ended before the run did; retry takes it up where it was',
    });
  } catch (error) {
    if (!isAppError(error, 'not_found')) throw error;
  }
}
