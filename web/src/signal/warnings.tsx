import type { Signal } from '@aion/contracts';
import { TriangleAlert } from 'lucide-react';

/** What the exchange or the calendar of results asks to heed before an entry. */
export function Warnings({ warnings }: { warnings: Signal['warnings'] }) {
  if (warnings.length === 0) return null;
  return (
    <ul aria-label="Before an entry" className="mb-3 rounded-md border border-warn bg-warn-soft px-3 py-2 text-warn">
      {warnings.map(({ code, title }) => (
        <li key={code} className="flex gap-2 py-[2px]">
          <TriangleAlert size={16} aria-hidden="true" className="mt-[2px] shrink-0" />
          <span>{title}</span>
        </li>
      ))}
    </ul>
  );
}
