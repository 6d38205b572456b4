import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import {
  EXCHANGES,
  AppError,
  canonicalJson,
  toIso,
  type Clock,
  type ItemTable,
  type ObjectStore,
  type StoredItem,
} from '@aion/core';
import { LEASED_WORK, takeLease, workLease, type HeldLease } from '@aion/pipeline';
import type { KillSwitch } from '@aion/trading';
import { ITEMS, lasts, makeStateHasher, MANIFEST, moves, toMoved, type MoveManifest } from './state-file.ts';

/** A host whose whole state can be read. */
export interface MoveSource {
  /** Names the host in the manifest, such as `embedded` or `aws dev`. */
  readonly name: string;
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly kill: KillSwitch;
  allItems(): AsyncIterable<StoredItem>;
  /** Messages of billing that wait, are in flight or were given up: they do not move. Absent where there is no queue. */
  pendingMessages?(): Promise<number>;
}

const MAX_OBJECTS = 2_000_000;
/** A third of what a lease lasts. */
const RENEW_MS = 10_000;
export type MoveProgress = (what: 'items' | 'objects', done: number) => void;

/**
 * Writes a product's whole state to a new folder: items, then the objects. Objects never change and are there before an item
 * points to them, so nothing is pointed to that the folder lacks. No run can begin meanwhile, and at the end the items are read
 * once more: where they are all as they were, what was written is what was there between the two readings. Throws
 * AppError(conflict), and leaves no folder, when a run is under way, something was written meanwhile, or messages wait that
 * would not move (`leaveMessages` takes that). Secrets stay behind.
 */
export async function exportState(
  source: MoveSource,
  folder: string,
  progress: MoveProgress = () => undefined,
  options: { readonly leaveMessages?: boolean } = {},
): Promise<MoveManifest> {
  if (existsSync(folder)) throw new AppError('conflict', `${folder} exists already; give a folder that does not`);
  const checkMessages = async (): Promise<void> => {
    const pending = options.leaveMessages === true ? 0 : ((await source.pendingMessages?.()) ?? 0);
    if (pending > 0)
      throw new AppError(
        'conflict',
        `${pending} messages of billing wait or were given up, and would not move; let them be applied or see \`aion queue list\`, or leave them behind with --force`,
      );
  };
  await checkMessages();
  let begun = false;
  try {
    const manifest = await withoutRuns<MoveManifest>(source, async () => {
      begun = true;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const { revisions, ...written } = await writeItems(source, join(folder, ITEMS), progress);
      const objects = await writeObjects(source, folder, progress);
      await checkMessages();
      if ((await revisionsNow(source)) !== revisions)
        throw new AppError('conflict', 'the state changed during the export; stop what writes, and try again', {
          retryable: true,
        });
      const exportedAt = toIso(source.clock.nowMs());
      const kill = await source.kill.record();
      return { v: 2, product: 'aion', exportedAt, from: source.name, ...written, kill, objects };
    });
    // Last, and only when no run took over what was held: a folder without it is no export.
    writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest), { mode: 0o600 });
    return manifest;
  } catch (error) {
    if (begun) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Holds what a run of each kind, and a backfill, needs while `work` goes on. Throws AppError(lease_lost) when another worker took it over. */
async function withoutRuns<T>(source: MoveSource, work: () => Promise<T>): Promise<T> {
  const owner = { name: `export:${hostname()}`, isGone: () => false };
  const leases: HeldLease[] = [];
  let lost: unknown;
  const timer = setInterval(() => {
    Promise.all(leases.map((lease) => lease.renew())).catch((error: unknown) => (lost ??= error));
  }, RENEW_MS);
  try {
    for (const exchange of EXCHANGES)
      for (const work of LEASED_WORK)
        leases.push(await takeLease(source.items, source.clock, workLease(exchange, work), owner));
    const done = await work();
    for (const lease of leases) await lease.renew();
    if (lost !== undefined) throw lost;
    return done;
  } finally {
    clearInterval(timer);
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

/** Over the items that last and their revisions: an item that was changed and changed back differs too. */
function makeRevisionsHasher(): { add(line: string, item: StoredItem): void; hex(): string } {
  const hasher = makeStateHasher();
  return { add: (line, { rev }) => hasher.add(`${rev} ${line}`), hex: hasher.hex };
}

async function revisionsNow(source: MoveSource): Promise<string> {
  const revisions = makeRevisionsHasher();
  for await (const item of source.allItems())
    if (moves(item) && lasts(item)) revisions.add(canonicalJson(toMoved(item)), item);
  return revisions.hex();
}

async function writeItems(source: MoveSource, path: string, progress: MoveProgress) {
  const [state, revisions] = [makeStateHasher(), makeRevisionsHasher()];
  const gzip = createGzip();
  const file = createWriteStream(path, { mode: 0o600 });
  const digest = createHash('sha256');
  gzip.on('data', (chunk: Buffer) => digest.update(chunk));
  gzip.pipe(file);
  let items = 0;
  for await (const item of source.allItems()) {
    if (!moves(item)) continue;
    const line = canonicalJson(toMoved(item));
    if (lasts(item)) {
      state.add(line);
      revisions.add(line, item);
    }
    items++;
    if (!gzip.write(`${line}\n`)) await new Promise((resolve) => gzip.once('drain', resolve));
    if (items % 1000 === 0) progress('items', items);
  }
  gzip.end();
  await finished(file);
  return { items, stateHash: state.hex(), itemsSha256: digest.digest('hex'), revisions: revisions.hex() };
}

async function writeObjects(
  source: MoveSource,
  folder: string,
  progress: MoveProgress,
): Promise<MoveManifest['objects']> {
  const objects: MoveManifest['objects'] = [];
  const keys = await source.objects.list('', MAX_OBJECTS);
  if (keys.length >= MAX_OBJECTS)
    throw new AppError('too_large', `the host has ${MAX_OBJECTS} objects or more; an export takes fewer`);
  for (const key of keys) {
    const bytes = await source.objects.get(key);
    const path = join(folder, 'objects', key);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode: 0o600 });
    objects.push({ key, bytes: bytes.byteLength });
    if (objects.length % 100 === 0) progress('objects', objects.length);
  }
  return objects;
}
