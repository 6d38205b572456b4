import type { Signal } from '@aion/contracts';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Tag } from '../ui/badge.tsx';
import { cx } from '../ui/class-names.ts';
import { SideMark } from '../ui/direction.tsx';
import { age, dateTime, fixed, percent, price, signedPercent } from '../ui/format.ts';
import { Meter } from '../ui/meter.tsx';
import { Spark } from '../ui/spark.tsx';
import { VoteGlyphs } from '../ui/votes.tsx';
import { agreement, stateWords } from './status-words.ts';

/**
 * One signal: a table row, and a card on a phone. The roles are spelt out because a row that is laid out as a grid
 * loses them.
 */
export function SignalRow({ signal, nowMs, full }: { signal: Signal; nowMs: number; full: boolean }) {
  const { currency, plan } = signal;
  const state = stateWords(signal);
  const publishedMs = Date.parse(signal.publishedAt);
  const middle = plan === null ? null : (plan.entryLowMinor + plan.entryHighMinor) / 2;
  const fromEntry = (minor: number): string => (middle === null ? '' : signedPercent(minor / middle - 1));
  return (
    <tr
      role="row"
      className={cx(
        'row-lazy relative border-t border-line focus-within:bg-raised hover:bg-raised',
        'max-sm:grid max-sm:grid-cols-3 max-sm:gap-x-3 max-sm:gap-y-2 max-sm:px-4 max-sm:py-3',
      )}
    >
      <Cell className="sm:pl-4 max-sm:col-span-2">
        <div className="flex items-center gap-3">
          <span className="num w-5 shrink-0 text-right text-note text-ink-3 max-sm:hidden">{signal.rank}</span>
          <div className="min-w-0">
            <Link
              href={`/signals/${encodeURIComponent(signal.id)}`}
              prefetch={false}
              data-row=""
              className="font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
            >
              {signal.symbol}
            </Link>
            <div className="max-w-40 truncate text-note text-ink-3">
              {signal.name ?? signal.sector ?? signal.exchange}
            </div>
          </div>
        </div>
      </Cell>
      <Cell className="max-sm:text-right">
        <SideMark side={signal.side} />
      </Cell>
      {full && (
        <Cell label="Model confidence" beside className="max-sm:order-4 max-sm:col-span-2">
          {signal.access === 'full' && (
            <Meter
              frac={signal.confidence}
              text={percent(signal.confidence, 0)}
              label="Model confidence that this side wins"
            />
          )}
        </Cell>
      )}
      {plan === null ? (
        <Cell colSpan={full ? 4 : 3} className="text-ink-2 max-sm:order-3 max-sm:col-span-3">
          Exit or avoid: a sell has no entry plan
        </Cell>
      ) : (
        <>
          <Cell label="Entry" numeric className="max-sm:order-3">
            <span className="whitespace-nowrap">
              {price(plan.entryLowMinor, currency)}
              <span className="text-ink-3"> – </span>
              <span className="max-sm:block">{price(plan.entryHighMinor, currency)}</span>
            </span>
          </Cell>
          <Cell label="Stop" numeric className="max-sm:order-3">
            {price(plan.stopMinor, currency)}
            <div className="text-note text-ink-3">{fromEntry(plan.stopMinor)}</div>
          </Cell>
          <Cell label="Target" numeric className="max-sm:order-3">
            {price(plan.firstTargetMinor, currency)}
            <div className="text-note text-ink-3">{fromEntry(plan.firstTargetMinor)}</div>
          </Cell>
          {full && (
            <Cell label="R:R" numeric beside className="max-sm:order-4">
              {'rewardRiskRatio' in plan ? fixed(plan.rewardRiskRatio, 2) : '–'}
            </Cell>
          )}
        </>
      )}
      <Cell className="max-sm:order-2 max-sm:col-span-3 sm:pl-6">
        <div className="flex items-center gap-2 sm:max-w-56">
          <Tag tone={state.tone}>{state.word}</Tag>
          {state.reason !== null && (
            <span className="line-clamp-2 min-w-0 text-note text-ink-2" title={state.reason}>
              {state.reason.replace(/^waits because /, '')}
            </span>
          )}
        </div>
      </Cell>
      {full && (
        <Cell label="Models" className="hidden lg:table-cell">
          {signal.access === 'full' && (
            <span title={agreement(signal)}>
              <VoteGlyphs votes={signal.votes} />
            </span>
          )}
        </Cell>
      )}
      <Cell label="Age" numeric className={cx('hidden md:table-cell', !full && 'pr-4')}>
        <time dateTime={signal.publishedAt} title={`Published ${dateTime(publishedMs)}`} className="text-ink-2">
          {age(publishedMs, nowMs)}
        </time>
      </Cell>
      {full && (
        <Cell className="hidden pr-4 xl:table-cell">
          {signal.access === 'full' && signal.sparkMinor.length > 1 && (
            <Spark
              values={signal.sparkMinor}
              label={`Last ${signal.sparkMinor.length} closes of ${signal.symbol}`}
              width={72}
            />
          )}
        </Cell>
      )}
    </tr>
  );
}

function Cell(props: {
  label?: string;
  numeric?: boolean;
  /** On a card the label stands beside the value instead of above it. */
  beside?: boolean;
  className?: string;
  colSpan?: number;
  children?: ReactNode;
}) {
  return (
    <td
      role="cell"
      colSpan={props.colSpan}
      className={cx(
        'h-12 px-2 py-1 align-middle max-sm:h-auto max-sm:p-0',
        props.numeric === true && 'num sm:text-right',
        props.beside === true && 'max-sm:flex max-sm:items-baseline max-sm:gap-2',
        props.className,
      )}
    >
      {props.label !== undefined && <span className="block text-note text-ink-3 sm:hidden">{props.label}</span>}
      {props.children}
    </td>
  );
}
