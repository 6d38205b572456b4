import type { Actor } from '@aion/jobs';
import type { RecordsDone, RecordsJob } from '@aion/jobs/sources';
import { doesOf } from '@aion/jobs/timetable';
import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ImportReport, RowReview, type RowReviewRequest } from '@aion/contracts';
import { AppError, errorMessage, makeTurns, type Telemetry } from '@aion/core';
import { z } from 'zod';
import type { LoadedConfig } from '../load-config.ts';
import {
  fromFailure,
  type ImportJob,
  type LakeJob,
  type LakeMessage,
  type LakeProgress,
  type LakeRequest,
} from './lake-job.ts';
import { machineEnvironment } from '../site/site-environment.ts';

/** Sources are compiled once for all children: without it one takes a second longer to begin. Node does without where it may not write. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../../../node_modules/.cache/aion-compile', import.meta.url));
const CHILD = fileURLToPath(new URL('./lake-child.ts', import.meta.url));
/** Longer than the largest file takes by far: what is still running then hangs. */
const LONGEST_MS = 30 * 60_000;
const MOST_WAITING = 20;
const KEPT_CHARACTERS = 4000;

/** Does the work on the lake that a server must not do itself: one job after the other, each in a process of its own. */
export interface LakeWorker {
  /** Reads a file into the lake. `onProgress` is told nothing before its turn has come. */
  importFile(job: ImportJob, onProgress?: (progress: LakeProgress) => void): Promise<ImportReport>;
  review(request: RowReviewRequest & { readonly actor: Actor }): Promise<RowReview>;
  careAtNight(): Promise<void>;
  /** Does a job of the timetable that asks sources. Records are kept apart from bars, so that they wait for no file to be read. */
  records(job: RecordsJob, date: string): Promise<RecordsDone>;
  /** Ends what is under way. */
  stop(): void;
}

const Done: z.ZodType<RecordsDone> = z.object({
  figures: z.record(z.string(), z.union([z.string(), z.number()])),
  done: z.boolean().exactOptional(),
});

export interface LakeWorkerOptions {
  readonly loaded: LoadedConfig;
  readonly telemetry: Telemetry;
  /** For tests: is handed each child as it starts. */
  readonly onChild?: (child: ChildProcess) => void;
}

/**
 * Does work on the lake in child processes of a lower priority, so that the API, its sockets and the kill switch answer while a file is
 * read. A child that was killed leaves the lake as it was before or after a whole commit, and its caller an error that says so. One child
 * works at a time: each commits a manifest of the lake, and several at once would take turns in failing.
 */
export function makeLakeWorker({ loaded, telemetry, onChild }: LakeWorkerOptions): LakeWorker {
  const children = new Set<ChildProcess>();
  let [waiting, stopped] = [0, false];
  const inTurn = makeTurns();

  const queue = async (job: LakeJob, onProgress?: (progress: LakeProgress) => void): Promise<unknown> => {
    if (waiting >= MOST_WAITING)
      throw new AppError('rate_limited', `${MOST_WAITING} files wait to be read; send this one when some are through`);
    waiting++;
    return inTurn(() => inChild(job, onProgress)).finally(() => waiting--);
  };

  const inChild = (job: LakeJob, onProgress?: (progress: LakeProgress) => void): Promise<unknown> => {
    if (stopped) throw ended('the server is stopping');
    // What asks sources needs their keys; nothing else needs more than its machine.
    const asks = job.kind === 'records' && doesOf(job.job, 'records', 'bars');
    const given = asks ? process.env : machineEnvironment(process.env);
    // The type of an environment asks for NODE_ENV where the site's types are loaded; a child does without.
    const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...given } as unknown as NodeJS.ProcessEnv;
    const child = fork(CHILD, [], { env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    children.add(child);
    onChild?.(child);
    lowerPriority(child, telemetry);
    let [said, broken] = ['', ''];
    child.stderr!.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-KEPT_CHARACTERS)));
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    return new Promise<unknown>((resolve, reject) => {
      child.on('message', (message: LakeMessage) => {
        if (message.kind === 'progress') onProgress?.(message.progress);
        else if (message.kind === 'done') resolve(message.result);
        else reject(fromFailure(message.failure));
      });
      child.once('error', (error) => (child.pid === undefined ? reject(error) : (broken = errorMessage(error))));
      // After the last message, since `close` waits for the channel; by then the promise is mostly settled.
      child.once('close', (code, signal) => {
        if (code !== 0)
          telemetry.log('error', 'work on the lake ended early', { kind: job.kind, code, signal, said, broken });
        reject(ended(signal === null ? `its process ended with ${code}` : `its process was ended by ${signal}`));
      });
      const request: LakeRequest = { loaded, job };
      // A child that was killed cannot be sent anything either: how it ended says more.
      child.send(request, (error) => {
        if (error === null) return;
        broken = errorMessage(error);
        child.kill('SIGKILL');
      });
    }).finally(() => {
      clearTimeout(late);
      children.delete(child);
    });
  };

  return {
    importFile: async (job, onProgress) => ImportReport.parse(await queue({ kind: 'import', ...job }, onProgress)),
    review: async (request) => RowReview.parse(await queue({ kind: 'review', request })),
    careAtNight: async () => void (await queue({ kind: 'care' })),
    records: async (job, date) => {
      const asked = { kind: 'records', job, date } as const;
      // What stores bars commits manifests of the lake, one after the other.
      return Done.parse(await (doesOf(job, 'bars') ? queue(asked) : inChild(asked)));
    },
    stop() {
      stopped = true;
      for (const child of children) child.kill('SIGTERM');
    },
  };
}

/** 409 and not 503: the caller is to look and to send again, and the words are for them. */
const ended = (why: string): AppError =>
  new AppError(
    'conflict',
    `the work was not finished: ${why}. What the lake holds is whole; what was stored until then stays. Send it again`,
    { retryable: true },
  );

function lowerPriority(child: ChildProcess, telemetry: Telemetry): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // It has ended already, or this system does not let us: the work is done all the same.
    telemetry.log('debug', 'the priority of a child stays as it is', { error: errorMessage(error) });
  }
}
