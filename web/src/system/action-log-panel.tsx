'use client';
import type { ActionLog } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { QueryState } from '../admin/query-state.tsx';
import { getJson } from '../data/browser-api.ts';
import { Tag } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { count, dateTime, sessionDay } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { actionKey, KIND_WORDS, newestByAction, valueWords, type ActionEntry } from './action-words.ts';

const PAGE_ROWS = 20;

/** Every word on the corporate actions of a symbol, newest first; without a symbol the newest of all. */
export function ActionLogPanel({ symbol, onSymbol }: { symbol: string; onSymbol: (symbol: string) => void }) {
  const [typed, setTyped] = useState(symbol);
  const [follows, setFollows] = useState(symbol);
  const [pages, setPages] = useState(1);
  const [asking, setAsking] = useState<ActionEntry | null>(null);
  // Another panel chose a symbol: the field says the same.
  if (follows !== symbol) {
    setFollows(symbol);
    setTyped(symbol);
    setPages(1);
  }
  const query = useQuery({
    queryKey: ['actions', symbol],
    queryFn: () =>
      getJson<ActionLog>(`/v1/admin/actions${symbol === '' ? '' : `?symbol=${encodeURIComponent(symbol)}`}`),
  });
  const entries = query.data?.entries ?? [];
  const newest = newestByAction(entries);
  const shown = entries.slice(0, pages * PAGE_ROWS);
  return (
    <Panel
      id="action-log"
      title={symbol === '' ? 'Log of corporate actions' : `Log of corporate actions: ${symbol}`}
      flush
      className="scroll-mt-16"
      aside={
        <form
          role="search"
          aria-label="Actions of a symbol"
          className="flex items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            onSymbol(typed.trim().toUpperCase());
          }}
        >
          <div className="relative w-40">
            <Search size={14} aria-hidden="true" className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
            <input
              type="search"
              aria-label="Symbol of the log"
              placeholder="Symbol"
              value={typed}
              maxLength={32}
              onChange={(event) => setTyped(event.target.value)}
              className={cx(inputClass, 'pl-8')}
            />
          </div>
          <Button type="submit">Show</Button>
        </form>
      }
    >
      {query.data === undefined ? (
        <QueryState what="The log of actions" error={query.error} retry={() => void query.refetch()} />
      ) : entries.length === 0 ? (
        <Empty title={symbol === '' ? 'No action is known yet' : `No action of ${symbol} is known`} />
      ) : (
        <ul aria-label="Actions" className="pt-1">
          {shown.map((entry, at) => {
            const counts = newest.get(actionKey(entry)) === entry;
            return (
              <li
                key={`${actionKey(entry)} ${entry.recordedAt} ${entry.source} ${at}`}
                className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-2"
              >
                <div className="min-w-0 flex-1 basis-64">
                  <p className="num flex flex-wrap items-center gap-x-3">
                    <span className="font-semibold">{entry.symbol}</span>
                    <span className={entry.withdrawn || !counts ? 'text-ink-2' : undefined}>
                      {KIND_WORDS[entry.kind]}, {valueWords(entry.kind, entry.value)}, ex {sessionDay(entry.exDate)}
                    </span>
                    {entry.withdrawn ? <Tag tone="warn">Withdrawn</Tag> : !counts && <Tag>Replaced since</Tag>}
                  </p>
                  <p className="num text-note break-words text-ink-3">
                    {dateTime(Date.parse(entry.recordedAt))}, from {entry.source}
                    {entry.by !== null && `, by ${entry.by}`}
                    {entry.why !== null && `: ${entry.why}`}
                  </p>
                </div>
                {counts && !entry.withdrawn && (
                  <Button
                    weight="quiet"
                    onClick={() => setAsking(entry)}
                    aria-label={`Withdraw the ${KIND_WORDS[entry.kind].toLowerCase()} of ${entry.symbol}, ex ${sessionDay(entry.exDate)}`}
                  >
                    Withdraw…
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {shown.length < entries.length && (
        <div className="border-t border-line p-3 text-center">
          <Button onClick={() => setPages(pages + 1)}>
            Show {count(Math.min(PAGE_ROWS, entries.length - shown.length))} more
          </Button>
        </div>
      )}
      {asking !== null && (
        <ActionDialog action={asking} withdraw onClose={() => setAsking(null)} onDone={() => setAsking(null)} />
      )}
    </Panel>
  );
}
