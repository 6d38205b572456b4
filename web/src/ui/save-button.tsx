'use client';
import { Download } from 'lucide-react';
import { Button } from './button.tsx';

/** Saves a text that the page makes as a CSV file. */
export function SaveButton(props: { file: string; title: string; disabled: boolean; text: () => string }) {
  function save(): void {
    const url = URL.createObjectURL(new Blob([props.text()], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = props.file;
    link.click();
    URL.revokeObjectURL(url);
  }
  return (
    <Button disabled={props.disabled} onClick={save} title={props.title}>
      <Download size={14} aria-hidden="true" />
      <span className="max-sm:sr-only">CSV</span>
    </Button>
  );
}
