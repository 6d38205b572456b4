'use client';
import { RotateCw } from 'lucide-react';
import { ApiProblem } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { sentence } from '../ui/sentence.ts';

/** A list that loads, or could not be loaded, with a button that asks again. */
export function QueryState(props: { what: string; error: Error | null; retry: () => void }) {
  if (props.error === null) {
    return (
      <div aria-busy="true" aria-label={`Loading ${props.what}`} className="flex flex-col gap-2 px-4 py-4">
        {[0, 1, 2].map((row) => (
          <div key={row} className="skeleton h-8" />
        ))}
      </div>
    );
  }
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <p className="font-semibold">{props.what} could not be loaded</p>
      <p className="text-ink-2">{props.error.message}</p>
      <Button onClick={props.retry}>
        <RotateCw size={14} aria-hidden="true" />
        Try again
      </Button>
    </div>
  );
}

/** Why something that was asked for did not happen. */
export function ActionError({ error }: { error: Error | null }) {
  if (error === null) return null;
  const fields = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  return (
    <div role="alert" className="rounded-md border border-danger bg-danger-soft px-3 py-2 break-words text-danger">
      <p>{sentence(error.message)}</p>
      {fields.map(({ path, message }) => (
        <p key={`${path} ${message}`}>
          {path}: {message}
        </p>
      ))}
    </div>
  );
}
