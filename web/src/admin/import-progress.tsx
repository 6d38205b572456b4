'use client';
import { ProgressBar } from '../ui/meter.tsx';
import { importWords } from './import-words.ts';
import { useImport, type SentFile } from './use-import.ts';

/** Where a file is on its way into the lake, as the server records it. */
export function ImportProgress({ file }: { file: SentFile }) {
  const words = importWords(useImport(file));
  return (
    <div className="mt-2">
      <ProgressBar done={null} total={null} label={`${words}: ${file.name}`} />
      <p className="mt-1 text-ink-3">{words}</p>
    </div>
  );
}
