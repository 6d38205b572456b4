'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '../ui/class-names.ts';
import { isHere, type DrawnLink } from './pages.ts';

/** The rail of a phone. */
export function BottomBar({ pages }: { pages: readonly DrawnLink[] }) {
  const path = usePathname();
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 flex h-14 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {pages.map((page) => (
        <Link
          key={page.href}
          href={page.href}
          aria-current={isHere(page.href, path) ? 'page' : undefined}
          className={cx(
            'flex flex-1 flex-col items-center justify-center gap-1 text-note',
            isHere(page.href, path) ? 'font-semibold text-accent' : 'text-ink-2',
          )}
        >
          {page.icon}
          {page.title}
        </Link>
      ))}
    </nav>
  );
}
