'use client';
import type { QualityDecision } from '@aion/contracts';
import { useMutation } from '@tanstack/react-query';
import { ReasonDialog } from '../admin/reason-dialog.tsx';
import { postJson } from '../data/browser-api.ts';
import { sessionDay } from '../ui/format.ts';
import type { AcceptableFinding } from './finding-query.ts';
import { plainWords } from './plain-words.ts';

/** Says that a finding is in order, so that it holds its symbol back no longer, or takes that back. */
export function DecisionDialog(props: {
  finding: AcceptableFinding;
  title: string;
  revoke: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const { finding, revoke } = props;
  const { code, symbol, sessionDate } = finding;
  const decide = useMutation({
    mutationFn: (why: string) => {
      const decision: QualityDecision = { code, symbol, sessionDate, why, revoke };
      return postJson<{ changed: boolean }>('/v1/admin/quality/decisions', decision, crypto.randomUUID());
    },
    onSuccess: props.onDone,
  });
  return (
    <ReasonDialog
      open
      title={revoke ? `Take the acceptance for ${symbol} back?` : `Accept the finding for ${symbol}?`}
      explain={
        <>
          <p className="text-ink">
            {props.title}, {sessionDay(sessionDate)}
          </p>
          <p className="num text-note">{plainWords(finding.message)}</p>
          <p className="mt-2">
            {revoke
              ? 'The finding holds the symbol back again from the next run on.'
              : 'You say that these bars are right as they stand. The next run uses the symbol again, unless another finding holds it back. No bar is changed; you can take it back.'}
          </p>
        </>
      }
      confirm={revoke ? 'Hold back again' : 'Accept the finding'}
      pending={decide.isPending}
      error={decide.error}
      onConfirm={(why) => decide.mutate(why)}
      onClose={props.onClose}
    />
  );
}
