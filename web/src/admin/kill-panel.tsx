'use client';
import type { KillState, SetKill } from '@aion/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { OctagonX, Power } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { getJson, postJson } from '../data/browser-api.ts';
import { Button } from '../ui/button.tsx';
import { dateTime } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { KillDialog, type KillIntent } from './kill-dialog.tsx';
import { QueryState } from './query-state.tsx';

/** The state of the kill switch, and the way to press or release it: never without a reason and a second look. */
export function KillPanel({ initial }: { initial: KillState | undefined }) {
  const client = useQueryClient();
  const router = useRouter();
  const [intent, setIntent] = useState<KillIntent | null>(null);
  const query = useQuery({
    queryKey: ['kill'],
    queryFn: () => getJson<KillState>('/v1/kill'),
    ...(initial === undefined ? {} : { initialData: initial }),
    refetchInterval: 5_000,
  });
  const set = useMutation({
    mutationFn: (change: SetKill) => postJson<KillState>('/v1/kill', change),
    onSuccess: (state) => {
      client.setQueryData(['kill'], state);
      setIntent(null);
      router.refresh();
    },
    // A refusal says that the switch is another than it was: the panel shows it without waiting for its turn.
    onError: () => void query.refetch(),
  });
  if (query.data === undefined) {
    return (
      <Panel title="Kill switch" flush>
        <QueryState what="The kill switch" error={query.error} retry={() => void query.refetch()} />
      </Panel>
    );
  }
  const kill = query.data;
  const isStale = query.error !== null;
  // What is not known is turned on first: that writes it anew, and then it can be released.
  const on = kill.active && kill.known && !isStale;
  const word = kill.known ? (kill.active ? 'On' : 'Off') : 'Unknown, treated as on';
  return (
    <Panel title="Kill switch">
      <div className="flex flex-wrap items-center justify-between gap-6 py-2">
        <div className="max-w-prose">
          <p
            role="status"
            className={kill.active || isStale ? 'text-title font-semibold text-danger' : 'text-title font-semibold'}
          >
            {isStale ? `Not known since ${dateTime(query.dataUpdatedAt)}` : word}
          </p>
          {isStale && (
            <p className="text-danger">
              It was “{word}” then. {query.error.message}
            </p>
          )}
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
        <Button
          weight={on ? 'plain' : 'danger'}
          className="h-12 px-6 text-lead"
          onClick={() => {
            set.reset();
            setIntent({ active: !on, seen: kill });
          }}
        >
          {on ? <Power size={16} aria-hidden="true" /> : <OctagonX size={16} aria-hidden="true" />}
          {on ? 'Release' : 'Stop everything'}
        </Button>
      </div>
      {intent !== null && (
        <KillDialog
          intent={intent}
          kill={kill}
          pending={set.isPending}
          error={set.error}
          onConfirm={(change) => set.mutate(change)}
          onClose={() => setIntent(null)}
        />
      )}
    </Panel>
  );
}
