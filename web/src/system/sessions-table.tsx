'use client';
import { useState } from 'react';
import { count, sessionDay } from '../ui/format.ts';
import { STATE_WORDS, type SessionCell } from './session-weeks.ts';

/** What the calendar draws, for those who cannot see it or want the numbers. */
export function SessionsTable({ cells }: { cells: readonly SessionCell[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-block text-accent underline-offset-4 hover:underline">
        Show the {count(cells.length)} sessions as a table
      </summary>
      {open && (
        <div
          className="mt-2 max-h-96 overflow-auto text-ink-2"
          tabIndex={0}
          role="region"
          aria-label="Sessions as a table"
        >
          <table className="w-full min-w-[560px] text-right">
            <caption className="sr-only">Sessions, newest first</caption>
            <thead className="sticky top-0 bg-surface">
              <tr>
                {['Session', 'What', 'Score (of 100)', 'Symbols', 'Usual', 'Errors'].map((title, index) => (
                  <th key={title} scope="col" className={index < 2 ? 'text-left font-medium' : 'font-medium'}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cells.toReversed().map((cell) => (
                <tr key={cell.sessionDate} className="border-t border-line">
                  <th scope="row" className="text-left font-normal whitespace-nowrap">
                    {sessionDay(cell.sessionDate)}
                  </th>
                  <td className="text-left">{STATE_WORDS[cell.state]}</td>
                  <td>{cell.score}</td>
                  <td>{count(cell.symbols)}</td>
                  <td>{count(cell.usual)}</td>
                  <td>{count(cell.issues)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
