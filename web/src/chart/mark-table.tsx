'use client';
import type { ChartBar, ChartMark } from '@aion/contracts';
import { useState } from 'react';
import { dateTime, sessionDay } from '../ui/format.ts';
import { markRows } from './mark-rows.ts';

/** The marks of the chart as a table: every one, with what became of it. */
export function MarkTable(props: { symbol: string; timeframe: string; marks: readonly ChartMark[]; timeZone: string }) {
  const [open, setOpen] = useState(false);
  const said = (time: ChartBar['time']): string =>
    typeof time === 'string' ? sessionDay(time) : dateTime(time * 1000, props.timeZone);
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-block text-accent underline-offset-4 hover:underline">
        Show the smart money as a table
      </summary>
      {open && (
        <div
          className="mt-2 max-h-96 overflow-auto text-ink-2"
          tabIndex={0}
          role="region"
          aria-label="Smart money as a table"
        >
          <table className="w-full min-w-[680px] text-left">
            <caption className="sr-only">
              Smart-money marks on the {props.timeframe} bars of {props.symbol}, the one known last first
            </caption>
            <thead className="sticky top-0 bg-surface">
              <tr>
                {['Concept', 'Side', 'Price', 'Known at', 'States'].map((title) => (
                  <th
                    key={title}
                    scope="col"
                    className={title === 'Price' ? 'pr-4 text-right font-medium' : 'pr-4 font-medium'}
                  >
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {markRows(props.marks).map((row, at) => (
                <tr key={at} className="border-t border-line align-top">
                  <th scope="row" className="pr-4 font-normal text-ink">
                    {row.concept}
                  </th>
                  <td className="pr-4 whitespace-nowrap">{row.side}</td>
                  <td className="num pr-4 text-right whitespace-nowrap">{row.price}</td>
                  <td className="num pr-4 whitespace-nowrap">{said(row.knownAt)}</td>
                  <td className="num">
                    {row.states.length === 0
                      ? '–'
                      : row.states.map(({ state, at: since }) => `${state} ${said(since)}`).join(' → ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
