'use client';
import type { KillState, OutboxPage, QuarantinePage, RunPage } from '@aion/contracts';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useEffect, useRef } from 'react';
import { cx } from '../ui/class-names.ts';
import { KillPanel } from './kill-panel.tsx';
import { OutboxPanel } from './outbox-panel.tsx';
import { QuarantinePanel } from './quarantine-panel.tsx';
import { RunsPanel } from './runs-panel.tsx';
import { ViewPanel } from './view-panel.tsx';
import { UploadPanel } from './upload-panel.tsx';

const TABS = ['runs', 'upload', 'quarantine', 'outbox', 'members', 'kill'] as const;
const TITLES: Record<(typeof TABS)[number], string> = {
  runs: 'Runs',
  upload: 'Upload',
  quarantine: 'Quarantine',
  outbox: 'Outbox',
  members: 'Members',
  kill: 'Kill switch',
};

/** The administrator's desk; the tab is in the address. What the server could not give at first is asked for again here. */
export function AdminTabs(props: {
  runs: RunPage | undefined;
  quarantine: QuarantinePage | undefined;
  outbox: OutboxPage | undefined;
  kill: KillState | undefined;
}) {
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('runs'));
  const pressed = useRef<HTMLButtonElement>(null);
  // On a phone the row is wider than the screen: the section that is open is in sight.
  useEffect(() => {
    // What browsers return of it is no function that ends an effect.
    pressed.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  return (
    <>
      <div role="group" aria-label="Sections" className="-mx-1 mb-3 flex overflow-x-auto px-1">
        {TABS.map((key) => (
          <button
            key={key}
            ref={key === tab ? pressed : null}
            type="button"
            aria-pressed={key === tab}
            onClick={() => void setTab(key)}
            className={cx(
              'h-9 rounded-md px-3 whitespace-nowrap',
              key === tab ? 'bg-raised font-semibold text-ink' : 'text-ink-2 hover:text-ink',
            )}
          >
            {TITLES[key]}
            {key === 'kill' && props.kill?.active === true && <span className="ml-2 font-bold text-danger">ON</span>}
          </button>
        ))}
      </div>
      {tab === 'runs' && <RunsPanel initial={props.runs} />}
      {tab === 'upload' && <UploadPanel />}
      {tab === 'quarantine' && <QuarantinePanel initial={props.quarantine} />}
      {tab === 'outbox' && <OutboxPanel initial={props.outbox} />}
      {tab === 'members' && <ViewPanel />}
      {tab === 'kill' && <KillPanel initial={props.kill} />}
    </>
  );
}
