import {
  AppError,
  bodyOf,
  changeItem,
  type Clock,
  type EpochMs,
  isAppError,
  type ItemTable,
  type ObjectStore,
  queryAll,
  shortId,
  type StoredForm,
  sha256Hex,
  toIso,
} from '@aion/core';
import { z } from 'zod';
import { DataRecord, type RecordKind, type RecordOf, subjectOf } from './record.ts';
import { mergeVersions } from './record-versions.ts';

export interface RecordPorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

export interface AppendReport {
  readonly stored: number;
  /** There already, or saying nothing new. */
  readonly duplicates: number;
  readonly rejected: readonly { readonly id: string; readonly why: string }[];
}

export interface RecordQuery<K extends RecordKind> {
  readonly kind: K;
  /** Nothing that became known later is given. */
  readonly asOfMs: EpochMs;
  /** Known at this instant or later. */
  readonly fromMs?: EpochMs;
  readonly symbol?: string;
  /** Macro series, or flag. */
  readonly series?: string;
  /** Earlier versions too, in place of the newest known one of each subject. */
  readonly allVersions?: boolean;
}

const advice = 'restore a backup, then fetch the records of that day again';
const Shard = z.strictObject({ key: z.string(), count: z.int(), lastKnownMs: z.int().optional() });
/** The object that holds the records of a day, or of a series. */
const SHARD: StoredForm<z.infer<typeof Shard>> = { what: 'list of records', v: 1, schema: Shard, advice };
const Home = z.strictObject({ shard: z.string() });
/** In which list the versions of a subject lie. */
const HOME: StoredForm<z.infer<typeof Home>> = { what: 'place of a record', v: 1, schema: Home, advice };
/** A sender's clock may run ahead of ours by this much. */
const SKEW_MS = 5 * 60_000;
const MAX_SHARDS = 20_000;

/** Kinds of which versions become known on several days: all lie where the first one does. */
const BY_FIRST_DAY: ReadonlySet<RecordKind> = new Set(['news', 'social', 'economic_event']);
const HOMES_AT_ONCE = 16;

/** Where a record lies: by the day its subject became known, or with all others of its series, company or flag. */
async function shardOf(items: ItemTable, record: DataRecord): Promise<string> {
  switch (record.kind) {
    case 'macro':
      return `S#${record.series}`;
    case 'fundamental':
      return `S#${record.symbols.join('+')}`;
    case 'flag':
      return `S#${record.flag}`;
    default:
      return BY_FIRST_DAY.has(record.kind) ? homeOf(items, record) : dayShard(record.knownMs);
  }
}

/** The shard of the first version of a subject; where there is none yet, that of this one. */
async function homeOf(items: ItemTable, record: DataRecord): Promise<string> {
  const sk = `V#${shortId(sha256Hex(subjectOf(record)), 24)}`;
  const key = { table: 'product', pk: partition(record.kind), sk } as const;
  const known = await items.get(key);
  if (known !== undefined) return bodyOf(known, HOME).shard;
  const shard = dayShard(record.knownMs);
  try {
    await items.put({ ...key, v: HOME.v, body: { shard } }, { kind: 'absent' });
    return shard;
  } catch (error) {
    // Another writer gave it a home in between.
    if (!isAppError(error, 'conflict')) throw error;
    return homeOf(items, record);
  }
}
const dayShard = (ms: EpochMs): string => `D#${toIso(ms).slice(0, 10)}`;
const partition = (kind: RecordKind): string => `RECORDS#${kind}`;

/**
 * Adds records. The same record twice is one, and one that repeats what was known of its subject adds nothing; a correction is kept beside
 * what it corrects, and is known from its fetch on unless its source dates it later than what it corrects (see mergeVersions). What claims to
 * become known in the future, or has not its shape, is rejected with the reason.
 */
export async function appendRecords(ports: RecordPorts, given: readonly DataRecord[]): Promise<AppendReport> {
  const rejected: { id: string; why: string }[] = [];
  const latestMs = ports.clock.nowMs() + SKEW_MS;
  const accepted: DataRecord[] = [];
  for (const record of given) {
    const parsed = DataRecord.safeParse(record);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      rejected.push({ id: record.id, why: `${record.kind}: ${issue.path.join('.')}: ${issue.message}` });
    } else if (record.knownMs > latestMs) {
      rejected.push({
        id: record.id,
        why: `${record.kind}: known at ${toIso(record.knownMs)}, which lies in the future`,
      });
    } else accepted.push(record);
  }
  const shards = new Map<string, { kind: RecordKind; shard: string; records: DataRecord[] }>();
  // The earliest first: it is the one that gives its subject a home.
  const inOrder = accepted.sort((a, b) => a.knownMs - b.knownMs);
  for (let at = 0; at < inOrder.length; at += HOMES_AT_ONCE) {
    const some = inOrder.slice(at, at + HOMES_AT_ONCE);
    const places = await Promise.all(some.map((record) => shardOf(ports.items, record)));
    for (const [i, record] of some.entries()) {
      const shard = places[i]!;
      const key = `${record.kind} ${shard}`;
      const group = shards.get(key);
      if (group === undefined) shards.set(key, { kind: record.kind, shard, records: [record] });
      else group.records.push(record);
    }
  }
  let stored = 0;
  for (const { kind, shard, records } of shards.values()) stored += await appendShard(ports, kind, shard, records);
  return { stored, duplicates: given.length - rejected.length - stored, rejected };
}

async function appendShard(
  ports: RecordPorts,
  kind: RecordKind,
  shard: string,
  fresh: readonly DataRecord[],
): Promise<number> {
  const key = { table: 'product', pk: partition(kind), sk: shard } as const;
  return changeItem(
    ports.items,
    key,
    async (before) => {
      const old = before === undefined ? [] : await readShard(ports, bodyOf(before, SHARD).key);
      const all = mergeVersions(old, fresh);
      if (all.length === old.length) return { result: 0 };
      const text = all.map((record) => JSON.stringify(record)).join('\n');
      const object = await ports.objects.put(`records/${kind}`, new TextEncoder().encode(text), '.jsonl');
      const body = { key: object.key, count: all.length, lastKnownMs: all.at(-1)!.knownMs };
      return { item: { v: SHARD.v, body }, result: all.length - old.length };
    },
    { what: `the records ${kind} ${shard}` },
  );
}

/**
 * What was known at an instant, oldest first; of corrected records the version of then.
 *
 * @example const news = await readRecords({ items, objects }, { kind: 'news', symbol: 'INFY', asOfMs: clock.nowMs() });
 */
export async function readRecords<K extends RecordKind>(
  ports: Pick<RecordPorts, 'items' | 'objects'>,
  query: RecordQuery<K>,
): Promise<RecordOf<K>[]> {
  const { kind, asOfMs, fromMs = 0, symbol, series } = query;
  const found: RecordOf<K>[] = [];
  for (const key of await shardKeys(ports, query)) {
    for (const record of (await readShard(ports, key)) as RecordOf<K>[]) {
      // The guard against knowing the future: whatever lies in a shard, only this lets it out.
      if (record.knownMs > asOfMs || record.knownMs < fromMs || record.kind !== kind) continue;
      if (symbol !== undefined && !record.symbols.includes(symbol)) continue;
      if (series !== undefined && seriesOf(record) !== series) continue;
      found.push(record);
    }
  }
  // Versions of the same instant stay in the order in which they were added.
  found.sort((a, b) => a.knownMs - b.knownMs);
  if (query.allVersions === true) return found;
  const newest = new Map<string, RecordOf<K>>();
  for (const record of found) {
    const subject = subjectOf(record);
    if (!(isAssumed(record) && newest.has(subject) && !isAssumed(newest.get(subject)!))) newest.set(subject, record);
  }
  return found.filter((record) => newest.get(subjectOf(record)) === record);
}

/** A figure of which only the newest revision and no day of release is known: any that was published stands before it. */
const isAssumed = (record: DataRecord): boolean => record.kind === 'macro' && record.vintage === 'assumed';

function seriesOf(record: DataRecord): string | undefined {
  return record.kind === 'macro' ? record.series : record.kind === 'flag' ? record.flag : undefined;
}

async function shardKeys(
  { items }: Pick<RecordPorts, 'items'>,
  { kind, asOfMs, fromMs = 0, series, symbol }: RecordQuery<RecordKind>,
): Promise<string[]> {
  const pk = partition(kind);
  const one = kind === 'fundamental' ? symbol : series;
  if (one !== undefined && ['macro', 'flag', 'fundamental'].includes(kind)) {
    const item = await items.get({ table: 'product', pk, sk: `S#${one}` });
    return item === undefined ? [] : [bodyOf(item, SHARD).key];
  }
  // A correction lies with what it corrects, perhaps on a day before the stretch.
  const from = BY_FIRST_DAY.has(kind) ? 'D#' : dayShard(fromMs);
  const range = ['macro', 'flag', 'fundamental'].includes(kind)
    ? { table: 'product' as const, pk, prefix: 'S#' }
    : { table: 'product' as const, pk, from, to: dayShard(asOfMs) };
  const shards = await queryAll(items, range, MAX_SHARDS);
  return shards
    .map((item) => bodyOf(item, SHARD))
    .filter(({ lastKnownMs = Infinity }) => lastKnownMs >= fromMs)
    .map(({ key }) => key);
}

async function readShard({ objects }: Pick<RecordPorts, 'objects'>, key: string): Promise<DataRecord[]> {
  const text = new TextDecoder().decode(await objects.get(key));
  return text.split('\n').map((line, index) => {
    const parsed = DataRecord.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    throw new AppError('corrupt', `line ${index + 1} of ${key} is no record; fetch the records of that day again`);
  });
}
