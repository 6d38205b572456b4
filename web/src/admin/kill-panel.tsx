'use client';
import type { KillState } from '@aion/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { OctagonX, Power } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { getJson, postJson } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { dateTime } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { ActionError, QueryState } from './query-state.tsx';

const MIN_REASON = 3;

/** The state of the kill switch, and the way to press or release it: never without a reason and a second look. */
export function KillPanel({ initial }: { initial: KillState | undefined }) {
  const client = useQueryClient();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const query = useQuery({
    queryKey: ['kill'],
    queryFn: () => getJson<KillState>('/v1/kill'),
    ...(initial === undefined ? {} : { initialData: initial }),
    refetchInterval: 5_000,
  });
  const set = useMutation({
    mutationFn: (active: boolean) => postJson<KillState>('/v1/kill', { active, reason: reason.trim() }),
    onSuccess: (state) => {
      client.setQueryData(['kill'], state);
      setAsking(false);
      setReason('');
      router.refresh();
    },
  });
  if (query.data === undefined) {
    return (
      <Panel title="Kill switch" flush>
        <QueryState what="The kill switch" error={query.error} retry={() => void query.refetch()} />
      </Panel>
    );
  }
  const kill = query.data;
  // What is not known is turned on first: that writes it anew, and then it can be released.
  const on = kill.active && kill.known;
  return (
    <Panel title="Kill switch">
      <div className="flex flex-wrap items-center justify-between gap-6 py-2">
        <div className="max-w-prose">
          <p
            role="status"
            className={kill.active ? 'text-title font-semibold text-danger' : 'text-title font-semibold'}
          >
            {kill.known ? (kill.active ? 'On' : 'Off') : 'Unknown, treated as on'}
          </p>
          {!kill.known && (
            <p className="text-danger">
              Its state cannot be read. `aion doctor` says why. Stopping everything writes it anew; then it can be
              released.
            </p>
          )}
          <p className="text-ink-2">{kill.effect}</p>
          {kill.reason !== null && kill.at !== null && (
            <p className="mt-2 text-note text-ink-3">
              {kill.active ? 'Pressed' : 'Released'} {dateTime(Date.parse(kill.at))}
              {kill.by !== null && ` by ${kill.by}`}: {kill.reason}
            </p>
          )}
        </div>
        <Button weight={on ? 'plain' : 'danger'} className="h-12 px-6 text-lead" onClick={() => setAsking(true)}>
          {on ? <Power size={16} aria-hidden="true" /> : <OctagonX size={16} aria-hidden="true" />}
          {on ? 'Release' : 'Stop everything'}
        </Button>
      </div>
      <Dialog
        alert
        open={asking}
        onClose={() => setAsking(false)}
        label={on ? 'Release the kill switch' : 'Press the kill switch'}
      >
        <form
          className="flex flex-col gap-4 p-6"
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate(!on);
          }}
        >
          <h2 className="text-lead font-semibold">{on ? 'Release the kill switch?' : 'Stop everything?'}</h2>
          <p className="text-ink-2">{on ? 'New entries are possible again, at once.' : kill.effect}</p>
          <Field
            label="Reason, for the record"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            required
            minLength={MIN_REASON}
            maxLength={500}
            autoFocus
            hint="At least three characters."
          />
          <ActionError error={set.error} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Leave it as it is</Button>
            <Button
              type="submit"
              weight={on ? 'primary' : 'danger'}
              disabled={set.isPending || reason.trim().length < MIN_REASON}
            >
              {on ? 'Release' : 'Stop everything'}
            </Button>
          </div>
        </form>
      </Dialog>
    </Panel>
  );
}
