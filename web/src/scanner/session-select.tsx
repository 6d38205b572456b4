'use client';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTransition } from 'react';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { sessionDay } from '../ui/format.ts';

/** Opens the scans of another session, with the same scan and filters. */
export function SessionSelect({ sessionDate, sessions }: { sessionDate: string; sessions: readonly string[] }) {
  const router = useRouter();
  const search = useSearchParams();
  const [pending, start] = useTransition();
  const offered = sessions.includes(sessionDate) ? sessions : [sessionDate, ...sessions];
  return (
    <label className="flex items-center gap-2 text-note whitespace-nowrap text-ink-2">
      Session
      <select
        value={sessionDate}
        disabled={pending}
        onChange={(event) => {
          const query = new URLSearchParams(search);
          query.set('date', event.target.value);
          start(() => router.push(`/scanner?${query}`));
        }}
        className={cx(inputClass, 'num w-auto')}
      >
        {offered.map((day) => (
          <option key={day} value={day}>
            {sessionDay(day)}
          </option>
        ))}
      </select>
    </label>
  );
}
