import type { MarketStatus, Me } from '@aion/contracts';
import Link from 'next/link';
import { cx } from '../ui/class-names.ts';
import { Tag } from '../ui/badge.tsx';
import { dateTime, sessionDay, shortDay } from '../ui/format.ts';
import { ExchangeClock } from './exchange-clock.tsx';
import { RunState } from './run-state.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { Wordmark } from './wordmark.tsx';

const TIER_TITLE = { basic: 'Basic', pro: 'Pro', elite: 'Elite' } as const;

export function TopBar({ me, market }: { me: Me; market: MarketStatus | null }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-4 border-b border-line bg-surface px-4 sm:px-6">
      <Link href="/" className="sm:hidden" aria-label="Aion, to the signals">
        <Wordmark wordClass="sr-only" />
      </Link>
      {market === null ? (
        <span role="status" className="text-danger">
          Market state unknown: the server did not answer
        </span>
      ) : (
        <>
          <div className="flex min-w-0 items-center gap-2" title={market.stateTitle}>
            <span
              aria-hidden="true"
              className={cx(
                'size-2 shrink-0 rounded-full',
                market.state === 'open' ? 'bg-accent' : market.state === 'unknown' ? 'bg-warn' : 'bg-line-strong',
              )}
            />
            <span className="truncate font-medium">
              {market.exchange} <span className="text-ink-2">{STATE[market.state]}</span>
            </span>
            <ExchangeClock now={market.now} timeZone={market.timeZone} kind={market.clock} />
          </div>
          <span
            className="hidden whitespace-nowrap text-ink-2 md:inline"
            title={
              market.lastBarDate === null
                ? 'No bars are stored yet'
                : `Newest daily bar: ${sessionDay(market.lastBarDate)}`
            }
          >
            {market.lastBarDate === null ? 'No data yet' : <>Data to {shortDay(market.lastBarDate)}</>}
          </span>
        </>
      )}
      <RunState initial={market?.lastRun ?? null} clockKind={market?.clock ?? 'live'} />
      <div className="ml-auto flex items-center gap-2">
        <kbd
          className="hidden rounded-sm border border-line px-2 font-sans text-note text-ink-3 xl:inline"
          title="Command palette"
        >
          Ctrl K
        </kbd>
        <ThemeSwitch />
        <Link
          href="/account"
          className="flex h-8 items-center gap-2 rounded-md px-2 hover:bg-raised"
          title={`Signed in as ${me.email}`}
        >
          <span className="hidden max-w-40 truncate text-ink-2 lg:inline">{me.email}</span>
          <Tag tone="accent">{me.role === 'admin' ? 'Admin' : TIER_TITLE[me.tier]}</Tag>
        </Link>
      </div>
      {market !== null && (
        <span className="sr-only">Server time {dateTime(Date.parse(market.now), market.timeZone)}</span>
      )}
    </header>
  );
}

const STATE = {
  open: 'open',
  pre_open: 'pre-open',
  closed: 'closed',
  holiday: 'holiday',
  unknown: 'unknown',
} as const;
