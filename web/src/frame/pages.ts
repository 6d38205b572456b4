import type { Capabilities } from '@aion/contracts';
import type { ReactNode } from 'react';

export interface PageLink {
  readonly href: string;
  readonly title: string;
  readonly icon: 'signals' | 'scanner' | 'system' | 'admin' | 'account';
}

/** A link with its icon drawn: the server does it, so that the paths of the icons are no script. */
export type DrawnLink = Omit<PageLink, 'icon'> & { readonly icon: ReactNode };

/** The pages that a caller may open; the server refuses the others whatever the browser does. */
export function pagesFor(capabilities: Capabilities): readonly PageLink[] {
  return [
    { href: '/', title: 'Signals', icon: 'signals' },
    { href: '/scanner', title: 'Scanner', icon: 'scanner' },
    ...(capabilities.admin
      ? [
          { href: '/system', title: 'Data quality', icon: 'system' } as const,
          { href: '/admin', title: 'Admin', icon: 'admin' } as const,
        ]
      : []),
    { href: '/account', title: 'Account', icon: 'account' },
  ];
}

/** Whether the page at `path` belongs to the link. */
export const isHere = (href: string, path: string): boolean =>
  href === '/' ? path === '/' || path.startsWith('/signals') : path.startsWith(href);
