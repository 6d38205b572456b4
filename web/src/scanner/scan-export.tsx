'use client';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { callApi } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';

/** Saves the server's CSV of every row behind the filters, not only of those on the page. */
export function ScanExport(props: { path: string; file: string; title: string; disabled: boolean }) {
  const [state, setState] = useState<'idle' | 'busy' | { error: string }>('idle');
  async function save(): Promise<void> {
    setState('busy');
    try {
      saveFile(props.file, await (await callApi(props.path)).text());
      setState('idle');
    } catch (failure) {
      setState({ error: failure instanceof Error ? failure.message : 'The export failed. Try again.' });
    }
  }
  return (
    <>
      {typeof state === 'object' && (
        <span role="alert" className="text-note text-danger">
          {state.error}
        </span>
      )}
      <Button disabled={props.disabled || state === 'busy'} onClick={() => void save()} title={props.title}>
        <Download size={14} aria-hidden="true" />
        <span className="max-sm:sr-only">CSV</span>
      </Button>
    </>
  );
}
