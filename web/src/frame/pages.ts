import type { Capabilities } from '@aion/contracts';

export interface PageLink {
  readonly href: string;
  readonly title: string;
  readonly icon: 'signals' | 'admin' | 'account';
}

/** The pages that a caller may open; the server refuses the others whatever the browser does. */
export function pagesFor(capabilities: Capabilities): readonly PageLink[] {
  return [
    { href: '/', title: 'Signals', icon: 'signals' },
    ...(capabilities.admin ? [{ href: '/admin', title: 'Admin', icon: 'admin' } as const] : []),
    { href: '/account', title: 'Account', icon: 'account' },
  ];
}

/** Whether the page at `path` belongs to the link. */
export const isHere = (href: string, path: string): boolean =>
  href === '/' ? path === '/' || path.startsWith('/signals') : path.startsWith(href);
