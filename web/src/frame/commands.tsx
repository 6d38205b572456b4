'use client';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import type { PageLink } from './pages.ts';
import { Shortcuts } from './shortcuts.tsx';

const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette), { ssr: false });

/** Whether a key press belongs to a field rather than to the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Keys that work everywhere: the palette and the sheet of shortcuts. */
export function Commands({ pages }: { pages: readonly PageLink[] }) {
  const [open, setOpen] = useState<'palette' | 'sheet' | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen((now) => (now === 'palette' ? null : 'palette'));
      } else if (event.key === '?' && !isTyping(event)) {
        setOpen('sheet');
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const close = (): void => setOpen(null);
  return (
    <>
      <Dialog open={open === 'palette'} onClose={close} label="Command palette" className="mt-[12vh]">
        <Palette pages={pages} onDone={close} />
      </Dialog>
      <Dialog open={open === 'sheet'} onClose={close} label="Keyboard shortcuts">
        <Shortcuts />
      </Dialog>
    </>
  );
}
