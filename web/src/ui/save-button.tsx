'use client';
import { Download } from 'lucide-react';
import { Button } from './button.tsx';
import { saveFile } from './save-file.ts';

/** Saves a text that the page makes as a CSV file. */
export function SaveButton(props: { file: string; title: string; disabled: boolean; text: () => string }) {
  return (
    <Button disabled={props.disabled} onClick={() => saveFile(props.file, props.text())} title={props.title}>
      <Download size={14} aria-hidden="true" />
      <span className="max-sm:sr-only">CSV</span>
    </Button>
  );
}
