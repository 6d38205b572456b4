import {
  type Exchange,
  RUN_KINDS,
  RUN_STATUSES,
  STEP_STATUSES,
  AppError,
  bodyIfReadable,
  bodyOf,
  changeItem,
  EXCHANGES,
  isAppError,
  type Item,
  type ItemChange,
  type ItemTable,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';
import { latestKey, NEWEST_RUN, type NewestRun } from '../publication/latest-pointer.ts';

const RunKind = z.enum(RUN_KINDS);
export type RunKind = z.infer<typeof RunKind>;
const RunStatus = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof RunStatus>;
const StepStatus = z.enum(STEP_STATUSES);
export type StepStatus = z.infer<typeof StepStatus>;

const StepRecord = z.strictObject({
  name: z.string(),
  title: z.string(),
  status: StepStatus,
  startedMs: z.int().nullable(),
  milliseconds: z.number().nullable(),
  progress: z.strictObject({ done: z.number(), total: z.number() }).nullable(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  error: z.string().nullable(),
});
export type StepRecord = Readonly<z.infer<typeof StepRecord>>;

const ReasonCount = z.strictObject({ reason: z.string(), title: z.string(), count: z.int() });

/** What a daily run came to. */
const RunSummary = z.strictObject({
  symbolsRead: z.int(),
  quarantinedRows: z.int(),
  quarantined: z.array(ReasonCount),
  universe: z.int(),
  /** Symbols that did not reach the models, by reason. */
  rejected: z.array(ReasonCount),
  buy: z.int(),
  sell: z.int(),
  hold: z.int(),
  /** Symbols that reached the models and were held or blocked, by reason. */
  held: z.array(ReasonCount),
  signalsHash: z.string(),
});
export type RunSummary = Readonly<z.infer<typeof RunSummary>>;

/** What a run of several tasks was started on, so that each of them reads the same. */
const Pinned = z.strictObject({
  lakeVersion: z.string(),
  bundleVersion: z.string(),
  /** Of the program that prepared the run: a task of another program would do other work under its name. */
  codeHash: z.string(),
  /** The one execution whose tasks may go on with the run. */
  execution: z.string(),
});
export type Pinned = Readonly<z.infer<typeof Pinned>>;

const RunRecord = z.strictObject({
  id: z.string(),
  kind: RunKind,
  exchange: z.enum(EXCHANGES),
  sessionDate: z.string(),
  status: RunStatus,
  revision: z.int().nullable(),
  snapshotId: z.string().nullable(),
  triggeredBy: z.string(),
  owner: z.string(),
  startedMs: z.int(),
  finishedMs: z.int().nullable(),
  error: z.string().nullable(),
  summary: RunSummary.nullable(),
  pinned: Pinned.exactOptional(),
});
export type RunRecord = Readonly<z.infer<typeof RunRecord>>;

const RUN: StoredForm<RunRecord> = { what: 'run', v: 1, schema: RunRecord };
const STEP: StoredForm<StepRecord> = { what: 'step of a run', v: 1, schema: StepRecord };

export interface RunWithSteps {
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
}

const metaKey = (id: string) => ({ table: 'product', pk: `RUN#${id}`, sk: 'META' }) as const;

function metaItem(run: RunRecord): Item {
  return {
    ...metaKey(run.id),
    v: RUN.v,
    body: { ...run },
    gsi1pk: `RUNS#${run.exchange}`,
    gsi1sk: `${String(run.startedMs).padStart(15, '0')}#${run.id}`,
  };
}

/**
 * Stores a run's record, and shows it as the newest run of its exchange if it is. Steps are stored apart, by `saveStep`.
 *
 * @example await saveRun(items, { ...run, status: 'failed', error: 'stopped by the operator', finishedMs: clock.nowMs() });
 */
export async function saveRun(items: ItemTable, run: RunRecord): Promise<void> {
  await items.put(metaItem(run));
  await showNewest(items, run);
}

/** Creates a run; AppError(conflict) when the id is taken. */
export async function createRun(items: ItemTable, run: RunRecord): Promise<void> {
  await items.put(metaItem(run), { kind: 'absent' });
  await showNewest(items, run);
}

/** Keeps what pages show of the newest run: of two the one that was begun later. */
async function showNewest(items: ItemTable, run: RunRecord): Promise<void> {
  const key = latestKey(run.exchange, 'RUN');
  const { id, kind, status, sessionDate, startedMs, finishedMs } = run;
  const body: NewestRun = { id, kind, status, sessionDate, startedMs, finishedMs };
  const show = (found: StoredItem | undefined): ItemChange<void> => {
    // What is damaged is written anew: it follows from the runs.
    const shown = bodyIfReadable(found, NEWEST_RUN);
    const later = shown !== undefined && shown.id !== id && shown.startedMs > startedMs;
    return { ...(later ? {} : { item: { v: NEWEST_RUN.v, body } }), result: undefined };
  };
  try {
    await changeItem(items, key, show, { what: `the newest run of ${run.exchange}` });
  } catch (error) {
    // The run itself is stored; pages show it with its next write.
    if (!isAppError(error, 'conflict')) throw error;
  }
}

/** Stores one step of a run; `index` is its place among the steps, from 0. */
export async function saveStep(items: ItemTable, runId: string, index: number, step: StepRecord): Promise<void> {
  await items.put({
    table: 'product',
    pk: `RUN#${runId}`,
    sk: `STAGE#${String(index).padStart(2, '0')}`,
    v: STEP.v,
    body: { ...step },
  });
}

/**
 * A run with its steps in order. Throws AppError(not_found) for an unknown id.
 *
 * @example const { run, steps } = await loadRun(items, 'NSE-20260227-daily-1a2b3c4d');
 */
export async function loadRun(items: ItemTable, id: string): Promise<RunWithSteps> {
  const { items: found } = await items.query({ table: 'product', pk: `RUN#${id}` });
  const meta = found.find((item) => item.sk === 'META');
  if (meta === undefined) throw new AppError('not_found', `there is no run "${id}"; GET /v1/pipeline/runs lists them`);
  return toRun(meta, found);
}

/**
 * Runs of an exchange without their steps, newest first: one request. The index may lag behind by moments.
 *
 * @example const [newest] = await listRunRecords(items, 'NSE', 1);
 */
export async function listRunRecords(items: ItemTable, exchange: Exchange, limit: number): Promise<RunRecord[]> {
  const found = await items.query(
    { table: 'product', index: 'gsi1', pk: `RUNS#${exchange}`, descending: true },
    { limit },
  );
  return found.items.map((item) => bodyOf(item, RUN));
}

/** Runs of an exchange, newest first. */
export async function listRuns(
  items: ItemTable,
  exchange: Exchange,
  page: { limit: number; after?: string },
): Promise<{ runs: RunWithSteps[]; next?: string }> {
  const found = await items.query({ table: 'product', index: 'gsi1', pk: `RUNS#${exchange}`, descending: true }, page);
  const runs = await Promise.all(found.items.map((item) => loadRun(items, bodyOf(item, RUN).id)));
  return found.next === undefined ? { runs } : { runs, next: found.next };
}

function toRun(meta: StoredItem, found: readonly StoredItem[]): RunWithSteps {
  const steps = found.filter((item) => item.sk.startsWith('STAGE#')).map((item) => bodyOf(item, STEP));
  return { run: bodyOf(meta, RUN), steps };
}
