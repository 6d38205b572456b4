'use client';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { callApi } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from '../ui/save-file.ts';
import { keepSymbols } from './csv-rows.ts';

/** Saves the server's CSV, cut to the rows that the filters show. */
export function ExportButton({ symbols }: { symbols: readonly string[] }) {
  const [state, setState] = useState<'idle' | 'busy' | { error: string }>('idle');
  async function save(): Promise<void> {
    setState('busy');
    try {
      const text = await (await callApi('/v1/signals/export.csv')).text();
      saveFile('aion-signals.csv', keepSymbols(text, new Set(symbols)));
      setState('idle');
    } catch (failure) {
      setState({ error: failure instanceof Error ? failure.message : 'The export failed. Try again.' });
    }
  }
  return (
    <>
      <Button
        className="max-sm:order-2"
        disabled={state === 'busy' || symbols.length === 0}
        onClick={() => void save()}
        title="The rows below as CSV, with exchange time and disclaimer"
      >
        <Download size={14} aria-hidden="true" />
        <span className="max-sm:sr-only">CSV</span>
      </Button>
      {typeof state === 'object' && (
        <p role="alert" className="order-4 w-full text-right text-note text-danger">
          {state.error}
        </p>
      )}
    </>
  );
}
