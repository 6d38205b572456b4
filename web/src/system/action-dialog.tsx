'use client';
import type { ActionChange } from '@aion/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ReasonDialog } from '../admin/reason-dialog.tsx';
import { postJson } from '../data/browser-api.ts';
import { Field } from '../ui/field.tsx';
import { sessionDay } from '../ui/format.ts';
import { Fact } from '../ui/panel.tsx';
import { KIND_WORDS, VALUE_UNIT, valueWords } from './action-words.ts';
import { plainWords } from './plain-words.ts';

type Action = Pick<ActionChange, 'symbol' | 'exDate' | 'kind' | 'value'>;

/** Writes a corporate action down, with the value that the person reads in the circular, or takes one out. */
export function ActionDialog(props: {
  action: Action;
  withdraw: boolean;
  evidence?: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { action, withdraw } = props;
  const client = useQueryClient();
  const [text, setText] = useState(String(action.value));
  const value = withdraw ? action.value : Number(text);
  const change = useMutation({
    mutationFn: async (why: string) => {
      const { symbol, exDate, kind } = action;
      const body: ActionChange = { symbol, exDate, kind, value, why, withdraw };
      const { changed } = await postJson<{ changed: boolean }>('/v1/admin/actions', body, crypto.randomUUID());
      if (!changed) throw new Error(withdraw ? 'It is withdrawn already.' : 'The log says the same already.');
    },
    onSuccess: props.onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['actions'] }),
  });
  return (
    <ReasonDialog
      open
      title={withdraw ? `Withdraw the action of ${action.symbol}?` : `Confirm the action of ${action.symbol}?`}
      explain={
        <p>
          {withdraw
            ? 'Prices are adjusted with it no longer, from the next run on. The log keeps what was said.'
            : 'The next run adjusts the prices before the ex-date with it. Raw prices stay as they are, and the log keeps who said so.'}
        </p>
      }
      confirm={withdraw ? 'Withdraw' : 'Write it down'}
      hint={withdraw ? undefined : 'For example the number of the exchange’s circular. It is kept with your name.'}
      pending={change.isPending}
      error={change.error}
      onConfirm={(why) => change.mutate(why)}
      onClose={props.onClose}
    >
      <dl>
        <Fact name="Symbol">{action.symbol}</Fact>
        <Fact name="Ex-date">{sessionDay(action.exDate)}</Fact>
        <Fact name="Kind">{KIND_WORDS[action.kind]}</Fact>
        {withdraw && <Fact name="Value">{valueWords(action.kind, action.value)}</Fact>}
        {props.evidence !== undefined && <Fact name="Seen">{plainWords(props.evidence)}</Fact>}
      </dl>
      {!withdraw && (
        <Field
          label="Value"
          unit={VALUE_UNIT[action.kind]}
          type="number"
          inputMode="decimal"
          step="any"
          min={0.000001}
          max={1_000_000}
          required
          value={text}
          onChange={(event) => setText(event.target.value)}
          hint={value > 0 ? valueWords(action.kind, value) : 'A number above zero.'}
        />
      )}
    </ReasonDialog>
  );
}
