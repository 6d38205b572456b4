'use client';
import type { ImportReport as Report } from '@aion/contracts';
import { fixed } from '../ui/format.ts';
import { ImportProgress } from './import-progress.tsx';
import { ImportReport } from './import-report.tsx';
import { useImport, type SentFile } from './use-import.ts';

export interface UploadedFile extends SentFile {
  readonly key: string;
  readonly bytes: number;
  /** `unanswered`: it was sent, and what became of it is with the server. */
  readonly state: 'waiting' | 'sending' | 'done' | 'failed' | 'unanswered';
  readonly report?: Report;
  readonly error?: string;
}

/** What became of one uploaded file; an archive may hold several. */
export function ImportResult({ file }: { file: UploadedFile }) {
  return (
    <li className="rounded-md border border-line px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium break-all">{file.name}</span>
        <span className="num text-note text-ink-3">{fixed(file.bytes / 1024, 1)} KiB</span>
      </div>
      {file.state === 'waiting' && <p className="text-ink-3">Waits for its turn</p>}
      {file.state === 'sending' && <ImportProgress file={file} />}
      {file.state === 'unanswered' && <Unanswered file={file} />}
      {file.state === 'failed' && <Failure message={file.error} />}
      {file.report !== undefined && <ImportReport report={file.report} />}
    </li>
  );
}

/** An import may take longer than a request lives on its way through site and proxies: the server's record says what becomes of it. */
function Unanswered({ file }: { file: UploadedFile }) {
  const own = useImport(file);
  if (own === undefined) return <Failure message={file.error} />;
  if (own.state === 'failed') return <Failure message={own.error ?? undefined} />;
  if (own.report !== null) return <ImportReport report={own.report} />;
  return (
    <>
      <p role="status" className="mt-1 text-warn">
        The answer did not come in time, but the import goes on; nothing has to be sent again. What becomes of it will
        stand here, and the API lists it under /v1/admin/imports.
      </p>
      <ImportProgress file={file} />
    </>
  );
}

function Failure({ message }: { message: string | undefined }) {
  return (
    <p role="alert" className="mt-1 text-danger">
      {message}
    </p>
  );
}
