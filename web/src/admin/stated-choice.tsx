import { Choice } from '../ui/choice.tsx';

const SIZES = ['told', '1', '5', '60'] as const;
const STAMPS = ['told', 'start', 'end'] as const;

/** What the sender says of intraday bars; `told`: what the bars themselves tell. */
export interface Stated {
  readonly size: (typeof SIZES)[number];
  readonly stamps: (typeof STAMPS)[number];
}

export const AS_TOLD: Stated = { size: 'told', stamps: 'told' };

const SIZE_TITLES = { told: 'As the file shows', '1': '1 minute', '5': '5 minutes', '60': '60 minutes' } as const;
const STAMP_TITLES = { told: 'As the file shows', start: 'It opened', end: 'It ended' } as const;

/** For files of intraday bars that do not tell it: a file that needs it is refused with what to say. */
export function StatedChoice({ value, onChange }: { value: Stated; onChange: (value: Stated) => void }) {
  const isOpen = value.size !== 'told' || value.stamps !== 'told';
  return (
    <details className="mt-3 rounded-md border border-line px-4 py-2" open={isOpen || undefined}>
      <summary className="cursor-pointer text-ink-2">Intraday bars that do not tell their size or their times</summary>
      <p className="mt-2 max-w-prose text-note text-ink-3">
        Nearly every file shows both. One that does not is refused and says so: choose here and send it again. The
        choice counts for the files that you send next.
      </p>
      <div className="mt-3 flex flex-wrap gap-x-8 gap-y-3 pb-2">
        <div>
          <p className="mb-1 text-note font-medium text-ink-2">Size of its bars</p>
          <Choice
            label="Size of its bars"
            options={SIZES}
            titles={SIZE_TITLES}
            value={value.size}
            onChange={(size) => onChange({ ...value, size })}
          />
        </div>
        <div>
          <p className="mb-1 text-note font-medium text-ink-2">A bar has the time when</p>
          <Choice
            label="A bar has the time when"
            options={STAMPS}
            titles={STAMP_TITLES}
            value={value.stamps}
            onChange={(stamps) => onChange({ ...value, stamps })}
          />
        </div>
      </div>
    </details>
  );
}

export function uploadPath(name: string, { size, stamps }: Stated): string {
  const query = new URLSearchParams({ name });
  if (size !== 'told') query.set('barMinutes', size);
  if (stamps !== 'told') query.set('stamps', stamps);
  return `/v1/admin/bhavcopy?${query.toString()}`;
}
