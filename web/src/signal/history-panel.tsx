import type { SignalDetail } from '@aion/contracts';
import { GatedPanelBody } from '../signals/upsell.tsx';
import { dateTime } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { sentence } from '../ui/sentence.ts';

/** What happened to the signal, newest first. */
export function HistoryPanel({ detail }: { detail: SignalDetail }) {
  const events = [...detail.history].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <Panel title="History">
      {events.length === 0 &&
        (detail.gated === null ? (
          <p className="text-ink-2">Nothing has happened since it was published.</p>
        ) : (
          <GatedPanelBody
            unlockTier={detail.gated.unlockTier}
            what="this panel shows when the signal waited, became ready, was entered or ended."
          />
        ))}
      <ol className="flex flex-col">
        {events.map((event, index) => (
          <li key={`${event.at}-${event.state}`} className="relative flex gap-3 pb-3 last:pb-0">
            {index < events.length - 1 && (
              <span aria-hidden="true" className="absolute top-4 bottom-0 left-[3.5px] w-px bg-line" />
            )}
            <span
              aria-hidden="true"
              className={`mt-[6px] size-2 shrink-0 rounded-full ${index === 0 ? 'bg-accent' : 'bg-line-strong'}`}
            />
            <div>
              <p>{sentence(event.title)}</p>
              <time dateTime={event.at} className="num text-note text-ink-3">
                {dateTime(Date.parse(event.at))}
              </time>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
