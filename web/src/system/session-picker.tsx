'use client';
import { useRouter } from 'next/navigation';
import { inputClass } from '../ui/field.tsx';
import { cx } from '../ui/class-names.ts';

/** Opens the report of another session. */
export function SessionPicker({ sessionDate }: { sessionDate: string }) {
  const router = useRouter();
  return (
    <label className="flex items-center gap-2 text-note whitespace-nowrap text-ink-2">
      Report of
      <input
        type="date"
        key={sessionDate}
        defaultValue={sessionDate}
        onChange={(event) => {
          const day = event.target.value;
          // A year that is still being typed is no session.
          if (/^(19|20)\d\d-/.test(day)) router.push(`/system?date=${day}`);
        }}
        className={cx(inputClass, 'num w-40')}
      />
    </label>
  );
}
