import type { PipelinePorts } from '../ports.ts';
import type { RunMemory } from './run-memory.ts';
import type { RunRecord } from './run-record.ts';

/**
 * A stage is a function of ports and input. `input` and output are JSON; anything large is an object that they point to.
 * Running it twice with one input must give the same output and change nothing further.
 */
export interface Stage<In, Out> {
  readonly name: string;
  readonly title: string;
  run(input: In, context: StageContext): Promise<StageResult<Out>>;
}

export interface StageResult<Out> {
  readonly output: Out;
  /** What to show of it, for people. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface StageContext {
  readonly ports: PipelinePorts;
  /** Where a stage finds what an earlier one of this process has read already, instead of reading it again. */
  readonly memory: RunMemory;
  progress(done: number, total: number): void;
}

/** A stage of the job has its output: here a task may leave the job. */
export interface StageEnd {
  readonly index: number;
}

/** Stages one after another, each with the outputs of those before as its input, and what they come to. */
export type Stages<T> = AsyncGenerator<StageEnd, T, void>;

export interface StageRunner {
  /**
   * Runs a stage, or takes the output of the same stage with the same input if it was finished before, in any run. A job asks for it
   * with `yield*`: the output comes back to the job, and the end of the stage goes out to whoever runs the job.
   */
  stage<In, Out>(stage: Stage<In, Out>, input: In): Stages<Out>;
  update(change: Partial<RunRecord>): Promise<void>;
  readonly run: RunRecord;
}

export type Job<T = void> = (runner: StageRunner) => Stages<T>;
