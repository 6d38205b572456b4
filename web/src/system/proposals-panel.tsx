'use client';
import type { ActionLog, ActionProposal } from '@aion/contracts';
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { getJson } from '../data/browser-api.ts';
import { Tag } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { sessionDay } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { actionKey, KIND_WORDS, newestByAction, valueWords } from './action-words.ts';
import { plainWords } from './plain-words.ts';

const CONFIDENCE = { likely: ['Likely', 'accent'], possible: ['Possible', 'neutral'] } as const;

/** Actions that a jump of prices looks like; nothing is adjusted until a person confirms one. */
export function ProposalsPanel(props: {
  proposals: readonly ActionProposal[];
  onLog: (symbol: string) => void;
  onWritten: (symbol: string) => void;
}) {
  const proposals = [...props.proposals].sort((a, b) => (a.exDate > b.exDate ? -1 : 1));
  const [asking, setAsking] = useState<ActionProposal | null>(null);
  const [announcement, setAnnouncement] = useState('');
  // The report is as old as its run; what was written down since stands in the log.
  const log = useQuery({
    queryKey: ['actions', ''],
    queryFn: () => getJson<ActionLog>('/v1/admin/actions'),
    enabled: proposals.length > 0,
  });
  const newest = newestByAction(log.data?.entries ?? []);
  return (
    <Panel
      title="Proposed corporate actions"
      flush
      aside={
        <span role="status" className="text-note text-ink-3">
          {announcement}
        </span>
      }
    >
      {proposals.length === 0 ? (
        <p className="px-4 pb-3 text-ink-2">
          None: no price jump looks like a split, a bonus or a demerger that is not known.
        </p>
      ) : (
        <ul aria-label="Proposals">
          {proposals.map((proposal) => {
            const word = newest.get(actionKey(proposal));
            const [confidence, tone] = CONFIDENCE[proposal.confidence];
            return (
              <li
                key={actionKey(proposal)}
                className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3"
              >
                <div className="min-w-0 flex-1 basis-64">
                  <p className="num flex flex-wrap items-center gap-x-3 gap-y-1">
                    <button
                      type="button"
                      className="rounded-sm font-semibold underline-offset-4 hover:underline"
                      title={`Show what is known of the actions of ${proposal.symbol}`}
                      onClick={() => props.onLog(proposal.symbol)}
                    >
                      {proposal.symbol}
                    </button>
                    <span>
                      {KIND_WORDS[proposal.kind]}, {valueWords(proposal.kind, proposal.value)}
                    </span>
                    <Tag tone={tone}>{confidence}</Tag>
                  </p>
                  <p className="num text-note text-ink-2">
                    Ex-date {sessionDay(proposal.exDate)} · {plainWords(proposal.evidence)}
                  </p>
                </div>
                {word === undefined || word.withdrawn ? (
                  <Button onClick={() => setAsking(proposal)} aria-label={`Confirm the action of ${proposal.symbol}`}>
                    Confirm…
                  </Button>
                ) : (
                  <Tag tone="good" title="The next run adjusts the prices with it">
                    <Check size={12} aria-hidden="true" />
                    Written down, {valueWords(word.kind, word.value)}
                  </Tag>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {asking !== null && (
        <ActionDialog
          action={asking}
          withdraw={false}
          evidence={asking.evidence}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAnnouncement(`The action of ${asking.symbol} is written down; the next run adjusts its prices.`);
            setAsking(null);
            props.onWritten(asking.symbol);
          }}
        />
      )}
    </Panel>
  );
}
