'use client';
import type { ImportReport } from '@aion/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useId, useRef, useState, type DragEvent } from 'react';
import { ApiProblem, callApi } from '../data/browser-api.ts';
import { cx } from '../ui/class-names.ts';
import { Panel } from '../ui/panel.tsx';
import { AS_TOLD, StatedChoice, uploadPath, type Stated } from './stated-choice.tsx';
import { loadImports } from './use-import.ts';
import { ImportResult, type UploadedFile } from './import-result.tsx';

const MAX_BYTES = 32 * 1024 * 1024;

/** Files of bars by drag and drop, one after the other, each with its report. */
export function UploadPanel() {
  const client = useQueryClient();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<readonly UploadedFile[]>([]);
  const [over, setOver] = useState(false);
  const [stated, setStated] = useState<Stated>(AS_TOLD);
  const busy = files.some((file) => file.state === 'waiting' || file.state === 'sending');

  async function send(chosen: readonly File[]): Promise<void> {
    const entries = chosen.map((file, index): UploadedFile & { file: File } => ({
      key: `${Date.now()}-${index}`,
      name: file.name,
      bytes: file.size,
      state: 'waiting',
      before: new Set(),
      file,
    }));
    setFiles((before) => [...entries, ...before]);
    for (const entry of entries) {
      const set = (change: Partial<UploadedFile>): void =>
        setFiles((before) => before.map((each) => (each.key === entry.key ? { ...each, ...change } : each)));
      if (entry.file.size > MAX_BYTES) {
        set({
          state: 'failed',
          error: 'The file is larger than 32 MiB. Import it on the command line instead: aion import.',
        });
        continue;
      }
      let sent = false;
      try {
        const { imports } = await loadImports();
        set({ state: 'sending', before: new Set(imports.map(({ id }) => id)) });
        sent = true;
        const response = await callApi(uploadPath(entry.name, stated), {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: entry.file,
        });
        set({ state: 'done', report: (await response.json()) as ImportReport });
      } catch (failure) {
        const isRefused = failure instanceof ApiProblem && failure.problem.status < 500;
        set({
          state: sent && !isRefused ? 'unanswered' : 'failed',
          error: failure instanceof Error ? failure.message : 'The upload failed. Try again.',
        });
      }
    }
    // What was said of one file need not be true of the next.
    setStated(AS_TOLD);
    void client.invalidateQueries({ queryKey: ['quarantine'] });
  }

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (!busy) void send([...event.dataTransfer.files]);
  };

  return (
    <Panel title="Upload bhavcopy and CSV files">
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'flex cursor-pointer flex-col items-center gap-2 rounded-lg border-2 border-dashed px-6 py-10 text-center',
          'focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong/60 hover:bg-raised',
        )}
      >
        <FileUp size={24} aria-hidden="true" className="text-ink-3" />
        <span className="font-semibold">Drop files here, or press to choose</span>
        <span className="max-w-prose text-ink-2">
          Bhavcopy as the exchange publishes it (cm, sec_bhavdata_full, UDiFF) or a plain CSV; .csv, .csv.gz or .zip, up
          to 32 MiB each. A file that is refused leaves nothing behind.
        </span>
        <input
          ref={input}
          id={id}
          type="file"
          multiple
          accept=".csv,.gz,.zip"
          disabled={busy}
          className="sr-only"
          onChange={(event) => {
            void send([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </label>
      <StatedChoice value={stated} onChange={setStated} />
      <div role="status" aria-live="polite" className="sr-only">
        {busy ? 'Uploading' : files.length > 0 ? 'All files are through' : ''}
      </div>
      <ul className="mt-3 grid gap-2">
        {files.map((file) => (
          <ImportResult key={file.key} file={file} />
        ))}
      </ul>
    </Panel>
  );
}
