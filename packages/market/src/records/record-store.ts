import { AppError, type Clock, type EpochMs, type ItemTable, type ObjectStore, queryAll, toIso } from '@aion/core';
import { putUnlessChanged } from '../pointed-object.ts';
import { contentHash, DataRecord, type RecordKind, type RecordOf, subjectOf } from './record.ts';

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

const SCHEMA = 1;
/** A sender's clock may run ahead of ours by this much. */
const SKEW_MS = 5 * 60_000;
const MAX_SHARDS = 20_000;

/** Where a record lies: by the day it became known, or with all others of its series, company or flag. */
function shardOf(record: DataRecord): string {
  switch (record.kind) {
    case 'macro':
      return `S#${record.series}`;
    case 'fundamental':
      return `S#${record.symbols.join('+')}`;
    case 'flag':
      return `S#${record.flag}`;
    default:
      return dayShard(record.knownMs);
  }
}
const dayShard = (ms: EpochMs): string => `D#${toIso(ms).slice(0, 10)}`;
const partition = (kind: RecordKind): string => `RECORDS#${kind}`;

/**
 * Adds records. The same record twice is one, and one that repeats what was known of its subject adds nothing; a correction is kept beside
 * what it corrects. What claims to become known in the future, or has not its shape, is rejected with the reason.
 */
export async function appendRecords(ports: RecordPorts, given: readonly DataRecord[]): Promise<AppendReport> {
  const rejected: { id: string; why: string }[] = [];
  const shards = new Map<string, { kind: RecordKind; shard: string; records: DataRecord[] }>();
  const latestMs = ports.clock.nowMs() + SKEW_MS;
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
    } else {
      const shard = shardOf(record);
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
  for (let attempt = 1; ; attempt++) {
    const before = await ports.items.get(key);
    const old = before === undefined ? [] : await readShard(ports, String(before.body['key']));
    const all = merge(old, fresh);
    if (all.length === old.length) return 0;
    const text = all.map((record) => JSON.stringify(record)).join('\n');
    const object = await ports.objects.put(`records/${kind}`, new TextEncoder().encode(text), '.jsonl');
    const item = { ...key, v: SCHEMA, body: { key: object.key, count: all.length } };
    if (await putUnlessChanged(ports.items, item, before, attempt)) return all.length - old.length;
  }
}

/** In order of becoming known. A version that says what the one before it said is left out. */
function merge(old: readonly DataRecord[], fresh: readonly DataRecord[]): DataRecord[] {
  const ids = new Set(old.map(({ id }) => id));
  const added = new Set<string>();
  const sorted = [...old];
  for (const record of fresh) {
    if (ids.has(record.id)) continue;
    ids.add(record.id);
    added.add(record.id);
    sorted.push(record);
  }
  sorted.sort((a, b) => a.knownMs - b.knownMs || (a.id < b.id ? -1 : 1));
  const said = new Map<string, string>();
  return sorted.filter((record) => {
    const subject = subjectOf(record);
    const content = contentHash(record);
    const repeats = said.get(subject) === content;
    said.set(subject, content);
    // What is stored stays, whatever comes before it later.
    return !(repeats && added.has(record.id));
  });
}

/** What was known at an instant, oldest first; of corrected records the version of then. */
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
  found.sort((a, b) => a.knownMs - b.knownMs || (a.id < b.id ? -1 : 1));
  if (query.allVersions === true) return found;
  const newest = new Map(found.map((record) => [subjectOf(record), record.id]));
  return found.filter((record) => newest.get(subjectOf(record)) === record.id);
}

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
    return item === undefined ? [] : [String(item.body['key'])];
  }
  const range = ['macro', 'flag', 'fundamental'].includes(kind)
    ? { table: 'product' as const, pk, prefix: 'S#' }
    : { table: 'product' as const, pk, from: dayShard(fromMs), to: dayShard(asOfMs) };
  return (await queryAll(items, range, MAX_SHARDS)).map((item) => String(item.body['key']));
}

async function readShard({ objects }: Pick<RecordPorts, 'objects'>, key: string): Promise<DataRecord[]> {
  const text = new TextDecoder().decode(await objects.get(key));
  return text.split('\n').map((line, index) => {
    const parsed = DataRecord.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    throw new AppError('corrupt', `line ${index + 1} of ${key} is no record; fetch the records of that day again`);
  });
}
