'use client';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { RAIL_COOKIE, savePreference } from '../ui/preferences.ts';
import { isHere, type DrawnLink } from './pages.ts';
import { Wordmark } from './wordmark.tsx';

export function Rail({ pages, closedAtFirst }: { pages: readonly DrawnLink[]; closedAtFirst: boolean }) {
  const path = usePathname();
  const [closed, setClosed] = useState(closedAtFirst);
  const toggle = (): void => {
    savePreference(RAIL_COOKIE, closed ? 'open' : 'closed');
    setClosed(!closed);
  };
  return (
    <aside
      className={cx(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-line bg-surface py-3 sm:flex',
        closed ? 'w-14' : 'w-14 lg:w-48',
      )}
    >
      <Link href="/" className="flex h-8 items-center px-4" aria-label="Aion, to the signals">
        <Wordmark wordClass={closed ? 'hidden' : 'hidden lg:inline'} />
      </Link>
      <nav aria-label="Pages" className="mt-4 flex flex-col gap-1 px-2">
        {pages.map((page) => (
          <Link
            key={page.href}
            href={page.href}
            title={page.title}
            aria-current={isHere(page.href, path) ? 'page' : undefined}
            className={cx(
              'flex h-9 items-center gap-3 rounded-md px-3',
              isHere(page.href, path)
                ? 'bg-raised font-semibold text-ink'
                : 'text-ink-2 hover:bg-raised hover:text-ink',
            )}
          >
            {page.icon}
            <span className={closed ? 'sr-only' : 'sr-only lg:not-sr-only'}>{page.title}</span>
          </Link>
        ))}
      </nav>
      <button
        type="button"
        onClick={toggle}
        aria-expanded={!closed}
        aria-label={closed ? 'Widen the rail' : 'Narrow the rail'}
        className="mx-2 mt-auto hidden h-9 items-center gap-3 rounded-md px-3 text-ink-3 hover:bg-raised hover:text-ink lg:flex"
      >
        {closed ? <PanelLeftOpen size={16} aria-hidden="true" /> : <PanelLeftClose size={16} aria-hidden="true" />}
        {!closed && <span>Narrow</span>}
      </button>
    </aside>
  );
}
