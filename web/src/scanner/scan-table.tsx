'use client';
import type { ScanRow as Row, ScanSummary, Signal } from '@aion/contracts';
import { useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { currencySymbol } from '../ui/format.ts';
import type { ScanRoute } from './scan-link.tsx';
import { ScanRow, SHOWN_FIGURES } from './scan-row.tsx';

export function ScanTable(props: {
  rows: readonly Row[];
  title: string;
  currency: Signal['currency'];
  byId: ReadonlyMap<string, ScanSummary>;
  route: ScanRoute;
}) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (symbol: string): void => {
    const next = new Set(opened);
    if (!next.delete(symbol)) next.add(symbol);
    setOpened(next);
  };
  const figures = props.rows[0]?.figures.slice(0, SHOWN_FIGURES) ?? [];
  return (
    <table role="table" className="w-full text-left max-sm:block">
      <caption className="sr-only">
        {props.title}: the matches, the strongest first. A row opens to its reasons.
      </caption>
      <thead role="rowgroup" className="text-note text-ink-3 max-sm:sr-only">
        <tr role="row">
          <Head className="pl-14">Symbol</Head>
          <Head className="max-2xl:hidden">Sector</Head>
          <Head numeric>Close ({currencySymbol(props.currency)})</Head>
          <Head numeric title="Against the close of the bar before">
            Change
          </Head>
          {figures.map((figure, at) => (
            <Head
              key={figure.name}
              numeric
              title={figure.title}
              className={at > 0 ? 'max-[1400px]:hidden' : 'max-lg:hidden'}
            >
              <span className="line-clamp-2 max-w-44 leading-4 normal-case">{figure.title}</span>
            </Head>
          ))}
          <Head className="pr-4 max-md:hidden">Also in</Head>
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-sm:block">
        {props.rows.map((row) => (
          <ScanRow
            key={row.symbol}
            row={row}
            currency={props.currency}
            byId={props.byId}
            route={props.route}
            open={opened.has(row.symbol)}
            onToggle={() => toggle(row.symbol)}
          />
        ))}
      </tbody>
    </table>
  );
}

function Head(props: { numeric?: boolean; className?: string; title?: string; children: React.ReactNode }) {
  return (
    <th
      role="columnheader"
      scope="col"
      title={props.title}
      className={cx('h-10 px-2 font-medium', props.numeric === true && 'text-right [&>span]:ml-auto', props.className)}
    >
      {props.children}
    </th>
  );
}
