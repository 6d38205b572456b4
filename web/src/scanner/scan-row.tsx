'use client';
import type { ScanRow as Row, ScanSummary, Signal } from '@aion/contracts';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../ui/class-names.ts';
import { Change } from '../ui/direction.tsx';
import { price, signedPercent } from '../ui/format.ts';
import { Reasons } from './reasons.tsx';
import { ScanChip, type ScanRoute } from './scan-link.tsx';
import { rarest } from './scan-query.ts';
import { figureText } from './scan-words.ts';

/** How many figures have a column of their own; the others stand in the opened row. */
export const SHOWN_FIGURES = 2;

export interface RowProps {
  readonly row: Row;
  readonly currency: Signal['currency'];
  readonly byId: ReadonlyMap<string, ScanSummary>;
  readonly route: ScanRoute;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** One match: a table row, and a card on a phone; opened, it says why. The roles are spelt out because a grid loses them. */
export function ScanRow({ row, currency, byId, route, open, onToggle }: RowProps) {
  const others = rarest(row.alsoIn, byId);
  const details = `scan-row-${row.symbol}`;
  const [rare] = others;
  return (
    <>
      <tr
        role="row"
        className={cx(
          'relative border-t border-line focus-within:bg-raised hover:bg-raised',
          'max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3',
        )}
      >
        <Cell className="sm:pl-4">
          <div className="flex items-center gap-3">
            <span className="num w-7 shrink-0 text-right text-note text-ink-3 max-sm:w-auto">{row.rank}</span>
            <div className="min-w-0">
              <button
                type="button"
                data-row=""
                aria-expanded={open}
                aria-controls={open ? details : undefined}
                onClick={onToggle}
                className="inline-flex items-center gap-1 font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
              >
                {row.symbol}
                <ChevronRight
                  size={12}
                  aria-hidden="true"
                  className={cx('shrink-0 text-ink-3 transition-transform', open && 'rotate-90')}
                />
              </button>
              <div className="truncate text-note text-ink-3 sm:max-w-44">{row.name ?? row.sector ?? ''}</div>
            </div>
          </div>
        </Cell>
        <Cell className="max-w-44 truncate text-ink-2 max-2xl:hidden">{row.sector ?? '–'}</Cell>
        <Cell numeric className="max-sm:row-span-1 max-sm:self-center">
          {price(row.closeMinor, currency)}
          <span className="block sm:hidden">
            <ChangeOf frac={row.changeFrac} />
          </span>
        </Cell>
        <Cell numeric className="max-sm:hidden">
          <ChangeOf frac={row.changeFrac} />
        </Cell>
        {row.figures.slice(0, SHOWN_FIGURES).map((figure, at) => (
          <Cell
            key={figure.name}
            numeric
            className={cx(
              'max-sm:col-span-2 max-sm:flex max-sm:justify-between max-sm:gap-3',
              at > 0 ? 'sm:max-[1400px]:hidden' : 'sm:max-lg:hidden',
            )}
          >
            <span className="text-note text-ink-3 sm:hidden">{figure.title}</span>
            <span title={figure.title}>{figureText(figure, currency)}</span>
          </Cell>
        ))}
        <Cell className="pr-4 max-sm:col-span-2 max-sm:empty:hidden sm:max-md:hidden">
          {rare !== undefined && (
            <span className="flex items-center gap-2">
              <span className="text-note text-ink-3 sm:hidden">Also in</span>
              <span className="relative z-1 max-w-48 min-w-0">
                <ScanChip scan={rare} route={route} />
              </span>
              {others.length > 1 && (
                <span className="num text-note whitespace-nowrap text-ink-3">+{others.length - 1}</span>
              )}
            </span>
          )}
        </Cell>
      </tr>
      {open && (
        <tr role="row" id={details} className="bg-raised/50 max-sm:block">
          <td role="cell" colSpan={5 + SHOWN_FIGURES} className="px-4 pt-1 pb-4 max-sm:block">
            <div className="grid gap-4 sm:pl-10 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <Part title="Why it is here">
                <Reasons reasons={row.reasons} />
              </Part>
              <Part title="Figures">
                <dl className="grid gap-1">
                  {row.sector !== null && <Pair name="Sector" value={row.sector} className="2xl:hidden" />}
                  {row.figures.map((figure) => (
                    <Pair key={figure.name} name={figure.title} value={figureText(figure, currency)} />
                  ))}
                </dl>
              </Part>
              {others.length > 0 && (
                <Part title="Also in, the rarest first" className="lg:col-span-2">
                  <p className="flex flex-wrap gap-1">
                    {others.map((scan) => (
                      <ScanChip key={scan.id} scan={scan} route={route} />
                    ))}
                  </p>
                </Part>
              )}
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

function ChangeOf({ frac }: { frac: number | null }) {
  return frac === null ? (
    <span title="There is no bar before">–</span>
  ) : (
    <Change frac={frac} text={signedPercent(frac)} />
  );
}

function Part(props: { title: string; className?: string; children: ReactNode }) {
  return (
    <div className={cx('min-w-0', props.className)}>
      <h3 className="mb-1 text-note font-medium text-ink-3">{props.title}</h3>
      {props.children}
    </div>
  );
}

function Pair({ name, value, className }: { name: string; value: string; className?: string }) {
  return (
    <div className={cx('flex items-baseline justify-between gap-4', className)}>
      <dt className="text-ink-2">{name}</dt>
      <dd className="num text-right font-medium whitespace-nowrap">{value}</dd>
    </div>
  );
}

function Cell(props: { numeric?: boolean; className?: string; children?: ReactNode }) {
  return (
    <td
      role="cell"
      className={cx(
        'h-12 px-2 py-1 max-sm:h-auto max-sm:p-0',
        props.numeric === true && 'num text-right',
        props.className,
      )}
    >
      {props.children}
    </td>
  );
}
