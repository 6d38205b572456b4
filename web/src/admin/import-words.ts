import type { ImportRun } from '@aion/contracts';

/** What a file that is not through yet is at, in words. The newest of its name is meant. */
export function importWords(imports: readonly ImportRun[], name: string): string {
  const own = imports.find((entry) => entry.name === name);
  if (own?.state === 'waiting') return 'Received, waits for its turn';
  if (own?.state !== 'running') return 'Uploading';
  return own.progress?.phase === 'storing' ? 'Storing the bars' : 'Reading the rows';
}
