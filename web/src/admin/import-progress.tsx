'use client';
import type { ImportList } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { getJson } from '../data/browser-api.ts';
import { ProgressBar } from '../ui/meter.tsx';
import { importWords } from './import-words.ts';

const POLL_MS = 1000;

/** Where a file is on its way into the lake, as the server records it. */
export function ImportProgress({ name }: { name: string }) {
  const { data } = useQuery({
    queryKey: ['imports'],
    queryFn: () => getJson<ImportList>('/v1/admin/imports'),
    refetchInterval: POLL_MS,
  });
  const words = importWords(data?.imports ?? [], name);
  return (
    <div className="mt-2">
      <ProgressBar done={null} total={null} label={`${words}: ${name}`} />
      <p className="mt-1 text-ink-3">{words}</p>
    </div>
  );
}
