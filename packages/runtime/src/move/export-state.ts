import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError, canonicalJson, toIso, type Clock, type Item, type ItemTable, type ObjectStore } from '@aion/core';
import { leaseHolder } from '@aion/pipeline';
import { ITEMS, lasts, makeStateHasher, MANIFEST, moves, toMoved, type MoveManifest } from './state-file.ts';

/** A host whose whole state can be read. */
export interface MoveSource {
  /** Names the host in the manifest, such as `embedded` or `aws dev`. */
  readonly name: string;
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  allItems(): AsyncIterable<Item>;
}

const MAX_OBJECTS = 2_000_000;
export type MoveProgress = (what: 'items' | 'objects', done: number) => void;

/**
 * Writes a product's whole state to a new folder: items first, then the objects. Objects never change and are there before an
 * item points to them, so nothing is pointed to that the folder lacks. Refused while a run is under way. Secrets stay behind.
 */
export async function exportState(
  source: MoveSource,
  folder: string,
  progress: MoveProgress = () => undefined,
): Promise<MoveManifest> {
  if (existsSync(folder)) throw new AppError('conflict', `${folder} exists already; give a folder that does not`);
  for (const kind of ['daily', 'hourly', 'post-market']) {
    const holder = await leaseHolder(source.items, source.clock, `NSE#${kind}`);
    if (holder !== undefined)
      throw new AppError('conflict', `the ${kind} run is under way (${holder}); export when it has ended`, {
        retryable: true,
      });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const hasher = makeStateHasher();
  const gzip = createGzip();
  const file = createWriteStream(join(folder, ITEMS), { mode: 0o600 });
  const digest = createHash('sha256');
  gzip.on('data', (chunk: Buffer) => digest.update(chunk));
  gzip.pipe(file);
  let items = 0;
  for await (const item of source.allItems()) {
    if (!moves(item)) continue;
    const line = canonicalJson(toMoved(item));
    if (lasts(item)) hasher.add(line);
    items++;
    if (!gzip.write(`${line}\n`)) await new Promise((resolve) => gzip.once('drain', resolve));
    if (items % 1000 === 0) progress('items', items);
  }
  gzip.end();
  await finished(file);
  const objects: { key: string; bytes: number }[] = [];
  for (const key of await source.objects.list('', MAX_OBJECTS)) {
    const bytes = await source.objects.get(key);
    const path = join(folder, 'objects', key);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode: 0o600 });
    objects.push({ key, bytes: bytes.byteLength });
    if (objects.length % 100 === 0) progress('objects', objects.length);
  }
  const manifest: MoveManifest = {
    v: 1,
    product: 'aion',
    exportedAt: toIso(source.clock.nowMs()),
    from: source.name,
    items,
    stateHash: hasher.hex(),
    itemsSha256: digest.digest('hex'),
    objects,
  };
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest), { mode: 0o600 });
  return manifest;
}
