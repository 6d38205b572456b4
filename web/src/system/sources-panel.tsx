'use client';
import type { SourceList } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { CircleOff, Eye, EyeOff, Plug } from 'lucide-react';
import { QueryState } from '../admin/query-state.tsx';
import { getJson } from '../data/browser-api.ts';
import { Tag } from '../ui/badge.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/state.tsx';
import { plainWords } from './plain-words.ts';

/** Where the data come from: on or off, why, what that costs, and whether members may see it. */
export function SourcesPanel() {
  const query = useQuery({ queryKey: ['sources'], queryFn: () => getJson<SourceList>('/v1/admin/sources') });
  const sources = [...(query.data?.sources ?? [])].sort((a, b) => Number(b.on) - Number(a.on));
  const on = sources.filter((source) => source.on).length;
  return (
    <Panel
      title="Sources"
      flush
      aside={
        query.data !== undefined && (
          <span className="num text-note text-ink-3">
            {on} on, {sources.length - on} off
          </span>
        )
      }
    >
      {query.data === undefined ? (
        <QueryState what="The list of sources" error={query.error} retry={() => void query.refetch()} />
      ) : sources.length === 0 ? (
        <Empty title="No source is set up">Bars come from uploads only.</Empty>
      ) : (
        <ul aria-label="Sources" className="pt-1">
          {sources.map((source) => (
            <li
              key={source.name}
              className="grid gap-x-6 gap-y-1 border-t border-line px-4 py-2 md:grid-cols-[4rem_minmax(0,5fr)_minmax(0,7fr)_10rem]"
            >
              <span>
                <Tag tone={source.on ? 'accent' : 'neutral'}>
                  {source.on ? <Plug size={12} aria-hidden="true" /> : <CircleOff size={12} aria-hidden="true" />}
                  {source.on ? 'On' : 'Off'}
                </Tag>
              </span>
              <span className="min-w-0">
                <span className="font-medium">{source.name}</span>
                <span className="block text-note text-ink-2">{source.what.replaceAll('_', ' ')}</span>
              </span>
              <span className="num min-w-0 break-words text-ink-2">{stateWords(source.state)}</span>
              <span
                className="flex items-center gap-2 self-start text-note text-ink-2"
                title={
                  source.mayBeShown
                    ? 'The operator’s licence allows its values on the pages of members'
                    : 'The operator’s licence does not allow its values on the pages of members'
                }
              >
                {source.mayBeShown ? (
                  <Eye size={12} aria-hidden="true" className="shrink-0" />
                ) : (
                  <EyeOff size={12} aria-hidden="true" className="shrink-0" />
                )}
                {source.mayBeShown ? 'May be shown' : 'Not shown to members'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** The state without the word that the tag says already: "off: no key; without it: …" → "No key; without it: …." */
const stateWords = (state: string): string => plainWords(state.replace(/^(on, |off: )/, ''));
