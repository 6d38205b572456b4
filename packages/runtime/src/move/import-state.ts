import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import {
  AppError,
  canonicalJson,
  firstIssue,
  isAppError,
  type Item,
  type ItemTable,
  type ObjectStore,
} from '@aion/core';
import type { KillSwitch } from '@aion/trading';
import type { MoveProgress } from './export-state.ts';
import { ITEMS, lasts, makeStateHasher, MANIFEST, MovedItem, MoveManifest, moves, toMoved } from './state-file.ts';

/** A host that takes a state in. It holds nothing of its own but what the same import left when it was interrupted. */
export interface MoveTarget {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly kill: KillSwitch;
  allItems(): AsyncIterable<Item>;
}

export interface MoveReport {
  readonly items: number;
  readonly objects: number;
  /** What an import before this one had stored already. */
  readonly itemsThere: number;
  readonly objectsThere: number;
  readonly stateHash: string;
}

const AT_ONCE = 8;

/**
 * Puts an exported state into a host: every object, checked against its name, then every item. Interrupted it goes on where it
 * was. Refuses, before anything is written, a folder that is damaged (corrupt) or a host that holds something else (conflict);
 * at the end the host's whole state is read back and its hash compared with the manifest's.
 */
export async function importState(
  target: MoveTarget,
  folder: string,
  progress: MoveProgress = () => undefined,
): Promise<MoveReport> {
  const manifest = readManifest(folder);
  const moved = await readItems(folder, manifest);
  const there = new Set<string>();
  for await (const item of target.allItems()) {
    if (!moves(item) || !lasts(item)) continue;
    const line = canonicalJson(toMoved(item));
    if (!moved.has(line)) {
      throw new AppError(
        'conflict',
        `the host holds ${item.pk} | ${item.sk}, which the export does not or has otherwise; import into an empty stage or home`,
      );
    }
    there.add(line);
  }
  // Before anything that it could trade by: a product that was stopped where it comes from is stopped here too.
  if (manifest.kill !== null) await target.kill.carry(manifest.kill, 'import-state');
  let objects = 0;
  let objectsThere = 0;
  await inParts(manifest.objects, async ({ key, bytes }) => {
    if (await target.objects.has(key)) objectsThere++;
    else await putObject(target.objects, folder, key, bytes);
    if (++objects % 100 === 0) progress('objects', objects);
  });
  let items = 0;
  await inParts([...moved.keys()], async (line) => {
    const item = MovedItem.parse(JSON.parse(line));
    if (!there.has(line)) await putItem(target.items, item);
    if (++items % 1000 === 0) progress('items', items);
  });
  const hasher = makeStateHasher();
  for await (const item of target.allItems()) if (moves(item) && lasts(item)) hasher.add(canonicalJson(toMoved(item)));
  if (hasher.hex() !== manifest.stateHash) {
    throw new AppError(
      'corrupt',
      `after the import the host's state has the hash ${hasher.hex()}, the export has ${manifest.stateHash}: something else wrote to it; empty it and import again`,
    );
  }
  return { items, objects, itemsThere: there.size, objectsThere, stateHash: manifest.stateHash };
}

async function putItem(table: ItemTable, item: Item): Promise<void> {
  try {
    await table.put(item, lasts(item) ? { kind: 'absent' } : undefined);
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    throw new AppError(
      'conflict',
      `${item.pk} | ${item.sk} was written by someone else during the import; stop what runs there and import again`,
      { cause: error },
    );
  }
}

async function putObject(objects: ObjectStore, folder: string, key: string, bytes: number): Promise<void> {
  const path = join(folder, 'objects', key);
  const content = existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
  const name = /^(.+)\/([0-9a-f]{64})((?:\.[a-z0-9.]+)?)$/.exec(key);
  const sound =
    content?.byteLength === bytes && name !== null && createHash('sha256').update(content).digest('hex') === name[2];
  if (!sound)
    throw new AppError(
      'corrupt',
      `object ${key} of the export is ${content === undefined ? 'missing' : 'damaged'}; export again`,
    );
  await objects.put(name[1]!, content, name[3]!);
}

function readManifest(folder: string): MoveManifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new AppError('bad_input', `${folder} is no whole export: it has no ${MANIFEST}`);
  try {
    return MoveManifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new AppError('corrupt', `${path} does not have the shape of this version; export again`, { cause });
  }
}

/** Every item as its canonical line. */
async function readItems(folder: string, manifest: MoveManifest): Promise<Set<string>> {
  const path = join(folder, ITEMS);
  const packed = existsSync(path) ? readFileSync(path) : undefined;
  if (packed === undefined || createHash('sha256').update(packed).digest('hex') !== manifest.itemsSha256)
    throw new AppError(
      'corrupt',
      `${path} is ${packed === undefined ? 'missing' : 'damaged'}; nothing was imported: export again`,
    );
  const lines = new Set<string>();
  const hasher = makeStateHasher();
  const input = createReadStream(path).pipe(createGunzip());
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    const item = MovedItem.safeParse(JSON.parse(text));
    if (!item.success)
      throw new AppError(
        'corrupt',
        `item ${lines.size + 1} of ${path} cannot be read: ${firstIssue(item.error)}; nothing was imported: export again with this program`,
      );
    const line = canonicalJson(item.data);
    lines.add(line);
    if (lasts(item.data)) hasher.add(line);
  }
  if (lines.size !== manifest.items || hasher.hex() !== manifest.stateHash)
    throw new AppError(
      'corrupt',
      `${path} holds ${lines.size} items, the manifest says ${manifest.items}; nothing was imported: export again`,
    );
  return lines;
}

async function inParts<T>(entries: readonly T[], work: (entry: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) await work(entries[index]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
