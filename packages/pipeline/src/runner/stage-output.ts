import { AppError, bodyOf, hashOf, type StoredForm } from '@aion/core';
import { z } from 'zod';
import type { PipelinePorts } from '../ports.ts';
import type { RunRecord } from './run-record.ts';
import type { Job, Stage, StageResult, StageRunner } from './stage.ts';

/** Where the output of a stage is kept: one place for each name, program and input. */
export const outputKey = (ports: PipelinePorts, stage: { readonly name: string }, input: unknown): string =>
  hashOf({ stage: stage.name, code: ports.codeHash, input });

const finishedKey = (key: string) => ({ table: 'product', pk: `STAGE#${key}`, sk: 'OUTPUT' }) as const;

const Finished = z.strictObject({ object: z.string() });
const FINISHED: StoredForm<z.infer<typeof Finished>> = { what: 'output of a stage', v: 1, schema: Finished };

/** Keeps the output of a stage that has run, under its `outputKey`. */
export async function saveFinished<In, Out>(
  ports: PipelinePorts,
  stage: Stage<In, Out>,
  key: string,
  result: StageResult<Out>,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(result));
  const ref = await ports.objects.put(`stages/${stage.name}`, bytes, '.json');
  ports.crashPoint?.(`${stage.name}:stored`);
  await ports.items.put({ ...finishedKey(key), v: FINISHED.v, body: { object: ref.key } });
}

/** The output of a stage under its `outputKey`, if it was finished in any run and is still there whole. */
export async function loadFinished<In, Out>(
  ports: PipelinePorts,
  stage: Stage<In, Out>,
  key: string,
): Promise<StageResult<Out> | undefined> {
  const found = await ports.items.get(finishedKey(key));
  if (found === undefined) return undefined;
  try {
    const bytes = await ports.objects.get(bodyOf(found, FINISHED).object);
    // The same program wrote it in saveFinished, from this very stage, and the object's name is the hash of its bytes.
    return JSON.parse(new TextDecoder().decode(bytes)) as StageResult<Out>;
  } catch (error) {
    // The output was lost or damaged: the stage can make it again.
    if (!(error instanceof AppError && (error.code === 'not_found' || error.code === 'corrupt'))) throw error;
    ports.telemetry.log('warn', 'a stage output is lost and will be made again', {
      stage: stage.name,
      key,
      error: error.message,
    });
    return undefined;
  }
}

/** The output of a stage that an earlier task of the run must have finished. */
export async function requireFinished<In, Out>(
  ports: PipelinePorts,
  runId: string,
  stage: Stage<In, Out>,
  input: In,
): Promise<Out> {
  const finished = await loadFinished(ports, stage, outputKey(ports, stage, input));
  if (finished !== undefined) return finished.output;
  throw new AppError(
    'missing_data',
    `stage ${stage.name} of run ${runId} has no output for this program and this input: it did not run, or a deployment, an import or a new configuration came between two tasks of the run; start the run again`,
  );
}

/**
 * The result of a job whose stages have all been finished, from their stored outputs. Reads only: it takes no lease and records nothing, so
 * that many tasks may do it side by side.
 */
export async function replay<T>(ports: PipelinePorts, run: RunRecord, job: Job<T>): Promise<T> {
  const runner: StageRunner = {
    run,
    update: async () => undefined,
    // eslint-disable-next-line require-yield -- a job asks for every stage in this form; here none is executed, so none ends
    async *stage(stage, input) {
      return await requireFinished(ports, run.id, stage, input);
    },
  };
  const stages = job(runner);
  let next = await stages.next();
  while (next.done !== true) next = await stages.next();
  return next.value;
}
