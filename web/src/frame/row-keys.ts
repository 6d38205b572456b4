import { useEffect, type RefObject } from 'react';
import { isTyping } from './commands.tsx';

/** j and k move the focus through the rows of the list, o opens the one in focus, / goes to its search. */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const root = list.current;
      if (root === null || isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === '/') {
        event.preventDefault();
        root.querySelector<HTMLInputElement>('input[type=search]')?.focus();
        return;
      }
      if (event.key !== 'j' && event.key !== 'k' && event.key !== 'o') return;
      const links = [...root.querySelectorAll<HTMLElement>('[data-row]')];
      const at = links.findIndex((link) => link === document.activeElement);
      if (event.key === 'o') links[at]?.click();
      else {
        const to = at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + (event.key === 'j' ? 1 : -1)));
        links[to]?.focus();
        links[to]?.scrollIntoView({ block: 'nearest' });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [list]);
}
