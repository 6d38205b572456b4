import type { ImportRun } from '@aion/contracts';

export interface SentFile {
  readonly name: string;
  /** The imports that the server knew of before this file was sent; none of them is its own. */
  readonly before: ReadonlySet<string>;
}

/** The server's record of a file that was sent; undefined while there is none. */
export const ownImport = (imports: readonly ImportRun[], { name, before }: SentFile): ImportRun | undefined =>
  imports.find((entry) => entry.name === name && !before.has(entry.id));

/** What a file that is not through yet is at, in words. */
export function importWords(own: ImportRun | undefined): string {
  if (own?.state === 'waiting') return 'Received, waits for its turn';
  if (own?.state !== 'running') return 'Uploading';
  return own.progress?.phase === 'storing' ? 'Storing the bars' : 'Reading the rows';
}
