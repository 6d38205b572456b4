'use client';
import type { ScanSummary } from '@aion/contracts';
import { useEffect, useRef } from 'react';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { count, percent } from '../ui/format.ts';
import { ScanLink, type ScanRoute } from './scan-link.tsx';
import type { ScanGroup } from './scan-query.ts';

interface MenuProps {
  readonly groups: readonly ScanGroup[];
  readonly chosen: string;
  /** Symbols that were scanned. */
  readonly symbols: number;
  readonly route: ScanRoute;
}

/** Presets and scans with what each found: a column beside the rows, a select where there is no room for one. */
export function ScanMenu(props: MenuProps) {
  const { groups, chosen, symbols, route } = props;
  const column = useRef<HTMLElement>(null);
  useEffect(() => {
    // A scan that the address named may stand far down.
    const here = column.current?.querySelector<HTMLElement>('[aria-current]');
    if (column.current === null || here === null || here === undefined) return;
    column.current.scrollTop = here.offsetTop - column.current.clientHeight / 2;
  }, []);
  const most = Math.max(1, ...groups.flatMap(({ scans }) => scans.map(({ matches }) => matches)));
  const known = groups.some(({ scans }) => scans.some(({ id }) => id === chosen));
  return (
    <>
      <label className="block xl:hidden">
        <span className="mb-1 block text-note font-medium text-ink-2">Scan</span>
        <select
          value={known ? chosen : ''}
          onChange={(event) => route.open(event.target.value)}
          className={cx(inputClass, 'h-10')}
        >
          {!known && <option value="">Choose a scan</option>}
          {groups.map(({ title, scans }) => (
            <optgroup key={title} label={title}>
              {scans.map((scan) => (
                <option key={scan.id} value={scan.id}>
                  {scan.title} ({count(scan.matches)})
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <nav
        ref={column}
        aria-label="Scans"
        className="sticky top-15 hidden max-h-[calc(100dvh-72px)] overflow-y-auto rounded-lg border border-line bg-surface p-2 xl:block"
      >
        {groups.map(({ title, scans }) => (
          <section key={title} aria-label={title} className="not-first:mt-3">
            <h2 className="px-2 pb-1 text-note font-medium text-ink-3">{title}</h2>
            <ul>
              {scans.map((scan) => (
                <li key={scan.id}>
                  <MenuItem scan={scan} symbols={symbols} most={most} here={scan.id === chosen} route={route} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
    </>
  );
}

function MenuItem(props: { scan: ScanSummary; symbols: number; most: number; here: boolean; route: ScanRoute }) {
  const { scan, symbols, here } = props;
  return (
    <ScanLink
      scan={scan}
      route={props.route}
      current={here}
      className={cx(
        'flex h-8 items-center gap-2 rounded-md px-2 -outline-offset-2',
        here ? 'bg-raised font-semibold text-ink' : 'text-ink-2 hover:bg-raised hover:text-ink',
      )}
    >
      <span className="min-w-0 flex-1 truncate">{scan.title}</span>
      <span aria-hidden="true" className="h-1 w-8 shrink-0 overflow-hidden rounded-full bg-line">
        <span
          className="block h-full rounded-full bg-accent"
          style={{ width: `${Math.round((scan.matches / props.most) * 1000) / 10}%` }}
        />
      </span>
      <span
        className="num w-9 shrink-0 text-right text-note font-normal text-ink-3"
        title={symbols === 0 ? undefined : `${percent(scan.matches / symbols)} of the symbols scanned`}
      >
        {count(scan.matches)}
      </span>
    </ScanLink>
  );
}
