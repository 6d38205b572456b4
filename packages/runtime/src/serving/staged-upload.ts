import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toFileError } from '@aion/core';
import { processOwner } from '../embedded/home/owner.ts';

/** A file that was received whole, on disk and not in memory. */
export interface StagedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  discard(): Promise<void>;
}

const uploadsPath = (home: string): string => join(home, 'uploads');
const SEPARATOR = '~';

/** Writes a body to a file of the home that only its owner may read. Throws AppError(too_large or no_space), with nothing left behind. */
export async function stageToFile(
  home: string,
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<StagedFile> {
  const folder = uploadsPath(home);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${encodeURIComponent(processOwner.name)}${SEPARATOR}${randomUUID()}`);
    return await receive(path, body, maxBytes);
  } catch (error) {
    throw toFileError(error, folder);
  }
}

async function receive(path: string, body: ReadableStream<Uint8Array>, maxBytes: number): Promise<StagedFile> {
  const file = await open(path, 'wx', 0o600);
  const discard = (): Promise<void> => rm(path, { force: true });
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunksOf(body)) {
      bytes += chunk.length;
      requireSize(bytes, maxBytes);
      hash.update(chunk);
      // Goes on until all of it is written: a single write may take a part.
      await file.writeFile(chunk);
    }
    await file.close();
    return { path, bytes, sha256: hash.digest('hex'), discard };
  } catch (error) {
    await file.close();
    await discard();
    throw error;
  }
}

/** The body as bytes, for a host that hands it on at once. */
export async function stageInMemory(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(body)) {
    requireSize((bytes += chunk.length), maxBytes);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, bytes));
}

/** Removes what processes that are gone have left behind. */
export function sweepUploads(home: string): number {
  const folder = uploadsPath(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const left = readdirSync(folder).filter((name) => {
    const owner = decodeURIComponent(name.split(SEPARATOR)[0]!);
    return owner !== processOwner.name && processOwner.isGone(owner);
  });
  for (const name of left) rmSync(join(folder, name), { force: true });
  return left.length;
}

function requireSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const most = `${Math.floor(maxBytes / 1024 / 1024)} MiB`;
  throw new AppError(
    'too_large',
    `the file is larger than the ${most} that are taken here; pack it as .zip or .csv.gz, or cut it by date`,
  );
}

/** Without cancelling the stream when the loop is left: that would close the connection before the answer is sent. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
