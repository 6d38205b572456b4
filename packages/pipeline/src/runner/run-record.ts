import {
  AppError,
  isAppError,
  type EpochMs,
  type Item,
  type ItemTable,
  type SessionDate,
  type StoredItem,
  unchangedSince,
  type Exchange,
} from '@aion/core';
import type { RunSummary } from '@aion/contracts';
import { latestKey, type NewestRun } from '../latest-pointer.ts';

export type RunKind = 'daily' | 'hourly' | 'post-market';
export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'interrupted';
export type StepStatus = 'waiting' | 'running' | 'done' | 'reused' | 'failed';

export interface StepRecord {
  readonly name: string;
  readonly title: string;
  readonly status: StepStatus;
  readonly startedMs: EpochMs | null;
  readonly milliseconds: number | null;
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly error: string | null;
}

export interface RunRecord {
  readonly id: string;
  readonly kind: RunKind;
  readonly exchange: Exchange;
  readonly sessionDate: SessionDate;
  readonly status: RunStatus;
  readonly revision: number | null;
  readonly snapshotId: string | null;
  readonly triggeredBy: string;
  readonly owner: string;
  readonly startedMs: EpochMs;
  readonly finishedMs: EpochMs | null;
  readonly error: string | null;
  readonly summary: RunSummary | null;
  /** What a run of several tasks was started on, so that each of them reads the same. */
  readonly pinned?: Pinned;
}

export interface Pinned {
  readonly lakeVersion: string;
  readonly bundleVersion: string;
  /** Of the program that prepared the run: a task of another program would do other work under its name. */
  readonly codeHash: string;
  /** The one execution whose tasks may go on with the run. */
  readonly execution: string;
}

export interface RunWithSteps {
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
}

const metaKey = (id: string) => ({ table: 'product', pk: `RUN#${id}`, sk: 'META' }) as const;

function metaItem(run: RunRecord): Item {
  return {
    ...metaKey(run.id),
    v: 1,
    body: { ...run },
    gsi1pk: `RUNS#${run.exchange}`,
    gsi1sk: `${String(run.startedMs).padStart(15, '0')}#${run.id}`,
  };
}

export async function saveRun(items: ItemTable, run: RunRecord): Promise<void> {
  await items.put(metaItem(run));
  await showNewest(items, run);
}

/** Creates a run; AppError(conflict) when the id is taken. */
export async function createRun(items: ItemTable, run: RunRecord): Promise<void> {
  await items.put(metaItem(run), { kind: 'absent' });
  await showNewest(items, run);
}

const MAX_ATTEMPTS = 5;

/** Keeps what pages show of the newest run: of two the one that was begun later. */
async function showNewest(items: ItemTable, run: RunRecord): Promise<void> {
  const key = latestKey(run.exchange, 'RUN');
  const { id, kind, status, sessionDate, startedMs, finishedMs } = run;
  const body: NewestRun = { id, kind, status, sessionDate, startedMs, finishedMs };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await items.get(key);
    const shown = found?.body as NewestRun | undefined;
    if (shown !== undefined && shown.id !== id && shown.startedMs > startedMs) return;
    const when = unchangedSince(found);
    try {
      await items.put({ ...key, v: 1, body }, when);
      return;
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
    }
  }
}

export async function saveStep(items: ItemTable, runId: string, index: number, step: StepRecord): Promise<void> {
  await items.put({
    table: 'product',
    pk: `RUN#${runId}`,
    sk: `STAGE#${String(index).padStart(2, '0')}`,
    v: 1,
    body: { ...step },
  });
}

export async function loadRun(items: ItemTable, id: string): Promise<RunWithSteps> {
  const { items: found } = await items.query({ table: 'product', pk: `RUN#${id}` });
  const meta = found.find((item) => item.sk === 'META');
  if (meta === undefined) throw new AppError('not_found', `there is no run "${id}"; GET /v1/pipeline/runs lists them`);
  return toRun(meta, found);
}

/** Runs of an exchange without their steps, newest first: one request. The index may lag behind by moments. */
export async function listRunRecords(items: ItemTable, exchange: string, limit: number): Promise<RunRecord[]> {
  const found = await items.query(
    { table: 'product', index: 'gsi1', pk: `RUNS#${exchange}`, descending: true },
    { limit },
  );
  return found.items.map((item) => item.body as unknown as RunRecord);
}

/** Runs of an exchange, newest first. */
export async function listRuns(
  items: ItemTable,
  exchange: string,
  page: { limit: number; after?: string },
): Promise<{ runs: RunWithSteps[]; next?: string }> {
  const found = await items.query({ table: 'product', index: 'gsi1', pk: `RUNS#${exchange}`, descending: true }, page);
  const runs = await Promise.all(found.items.map((item) => loadRun(items, (item.body as unknown as RunRecord).id)));
  return found.next === undefined ? { runs } : { runs, next: found.next };
}

function toRun(meta: StoredItem, found: readonly StoredItem[]): RunWithSteps {
  const steps = found.filter((item) => item.sk.startsWith('STAGE#')).map((item) => item.body as unknown as StepRecord);
  return { run: meta.body as unknown as RunRecord, steps };
}
