'use client';
import type { ChartBar } from '@aion/contracts';
import { useState } from 'react';
import { count, dateTime, fixed, sessionDay } from '../ui/format.ts';
import type { Level } from './chart-canvas.tsx';

const SHOWN_BARS = 60;

/** What the chart draws, for those who cannot see it or want the numbers. */
export function ChartTable(props: {
  symbol: string;
  timeframe: string;
  bars: readonly ChartBar[];
  levels: readonly Level[];
  timeZone: string;
}) {
  const [open, setOpen] = useState(false);
  const bars = props.bars.slice(-SHOWN_BARS).toReversed();
  return (
    <details className="mt-1" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-block text-accent underline-offset-4 hover:underline">
        Show the chart as a table
      </summary>
      {open && (
        <div
          className="mt-2 max-h-96 overflow-auto text-ink-2"
          tabIndex={0}
          role="region"
          aria-label="Chart as a table"
        >
          {props.levels.length > 0 && (
            <p className="num mb-2">
              {props.levels.map((level) => `${level.title} ${fixed(level.price, 2)}`).join(' · ')}
            </p>
          )}
          <table className="w-full min-w-[480px] text-right">
            <caption className="sr-only">
              {props.timeframe} bars of {props.symbol}, newest first
            </caption>
            <thead className="sticky top-0 bg-surface">
              <tr>
                {['Time', 'Open', 'High', 'Low', 'Close', 'Volume'].map((title, index) => (
                  <th key={title} scope="col" className={index === 0 ? 'text-left font-medium' : 'font-medium'}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {bars.map((bar) => (
                <tr key={bar.time} className="border-t border-line">
                  <th scope="row" className="text-left font-normal whitespace-nowrap">
                    {typeof bar.time === 'string' ? sessionDay(bar.time) : dateTime(bar.time * 1000, props.timeZone)}
                  </th>
                  <td>{fixed(bar.open, 2)}</td>
                  <td>{fixed(bar.high, 2)}</td>
                  <td>{fixed(bar.low, 2)}</td>
                  <td>{fixed(bar.close, 2)}</td>
                  <td>{count(bar.volumeShares)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
