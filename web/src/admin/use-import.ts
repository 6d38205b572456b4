import type { ImportList, ImportRun } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { getJson } from '../data/browser-api.ts';
import { ownImport, type SentFile } from './import-words.ts';

export type { SentFile } from './import-words.ts';

const POLL_MS = 1000;

/** What the server records of a file that was sent, asked for until it is through; undefined while it knows nothing of it. */
export function useImport(file: SentFile): ImportRun | undefined {
  const { data } = useQuery({
    queryKey: ['imports'],
    queryFn: loadImports,
    refetchInterval: ({ state }) => (ownImport(state.data?.imports ?? [], file)?.finishedAt ? false : POLL_MS),
  });
  return ownImport(data?.imports ?? [], file);
}

export const loadImports = (): Promise<ImportList> => getJson<ImportList>('/v1/admin/imports');
