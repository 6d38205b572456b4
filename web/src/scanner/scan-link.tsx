'use client';
import type { ScanSummary } from '@aion/contracts';
import type { MouseEvent, ReactNode } from 'react';

/** How a scan is opened: where it is in the address, and how to go there without a load. */
export interface ScanRoute {
  readonly href: (id: string) => string;
  readonly open: (id: string) => void;
}

/** A link to a scan: a press switches to it here, with a modifier the browser opens it elsewhere. */
export function ScanLink(props: {
  scan: ScanSummary;
  route: ScanRoute;
  current?: boolean;
  className: string;
  children: ReactNode;
}) {
  const { scan, route } = props;
  const onClick = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    route.open(scan.id);
  };
  return (
    <a
      href={route.href(scan.id)}
      onClick={onClick}
      title={scan.meaning}
      aria-current={props.current === true ? 'true' : undefined}
      className={props.className}
    >
      {props.children}
    </a>
  );
}

/** A scan as a chip with what it is called. */
export function ScanChip({ scan, route }: { scan: ScanSummary; route: ScanRoute }) {
  return (
    <ScanLink
      scan={scan}
      route={route}
      className="relative inline-flex min-h-6 max-w-full items-center rounded-full border border-line bg-surface px-2 text-note text-ink-2 hover:border-line-strong hover:text-ink max-sm:min-h-8"
    >
      <span className="truncate">{scan.title}</span>
    </ScanLink>
  );
}
