import type { Metadata } from 'next';
import Link from 'next/link';
import { Suspense } from 'react';
import { getMarket, getMe, getScanPage, getScans } from '../../../data/api.ts';
import { ScanBoard } from '../../../scanner/scan-board.tsx';
import { cleanSymbol, firstScan } from '../../../scanner/scan-query.ts';
import { SessionSelect } from '../../../scanner/session-select.tsx';
import { ScannerSkeleton } from '../../../scanner/skeleton.tsx';
import { MarketBadge } from '../../../ui/badge.tsx';
import { buttonClass } from '../../../ui/button.tsx';
import { dateTime, exchangeZone, sessionDay } from '../../../ui/format.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Empty, FailedState } from '../../../ui/state.tsx';

export const metadata: Metadata = { title: 'Scanner' };

type Search = Readonly<Record<string, string | string[] | undefined>>;
const read = (search: Search, name: string): string => {
  const value = search[name];
  return typeof value === 'string' ? value : '';
};

export default async function ScannerPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const date = read(search, 'date');
  return (
    <Suspense key={date} fallback={<ScannerSkeleton />}>
      <Scanner date={date === '' ? undefined : date} search={search} />
    </Suspense>
  );
}

async function Scanner({ date, search }: { date: string | undefined; search: Search }) {
  const [answer, me] = await Promise.all([getScans(date), getMe()]);
  if (answer.kind === 'problem' && (answer.problem.status === 404 || answer.problem.status === 400))
    return <NothingScanned date={date} />;
  if (answer.kind !== 'ok') {
    return (
      <Panel title="Scanner">
        <h1 className="sr-only">Scanner</h1>
        <FailedState what="The scans" message={answer.kind === 'failed' ? answer.message : answer.problem.detail} />
      </Panel>
    );
  }
  const list = answer.value;
  const asked = {
    scan: read(search, 'scan') || firstScan(list),
    symbol: cleanSymbol(read(search, 'symbol')),
    sector: read(search, 'sector'),
  };
  // A page that cannot be read is asked for again by the browser, which says why it fails and offers to try again.
  const page = await getScanPage(list.sessionDate, asked);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="text-title font-semibold tracking-tight">Scanner</h1>
          <p className="text-ink-2">
            of the session of <time dateTime={list.sessionDate}>{sessionDay(list.sessionDate)}</time>
            <span className="text-ink-3">
              {' '}
              · scanned {dateTime(Date.parse(list.scannedAt), exchangeZone(list.exchange))}
            </span>
          </p>
          {list.badges.map((badge) => (
            <MarketBadge key={badge} badge={badge} />
          ))}
        </div>
        <SessionSelect sessionDate={list.sessionDate} sessions={list.sessions} />
      </div>
      <ScanBoard
        list={list}
        asked={asked}
        first={page.kind === 'ok' ? page.value : null}
        canExport={me.kind === 'ok' && me.value.capabilities.exportCsv}
      />
    </>
  );
}

async function NothingScanned({ date }: { date: string | undefined }) {
  const [me, market] = await Promise.all([getMe(), getMarket()]);
  const admin = me.kind === 'ok' && me.value.capabilities.admin;
  const opens = market.kind === 'ok' ? market.value.nextOpen : null;
  return (
    <Panel title="Scanner">
      <h1 className="sr-only">Scanner</h1>
      {date === undefined ? (
        <Empty
          title="No session has been scanned yet"
          action={
            admin && (
              <Link href="/admin" className={buttonClass('primary')}>
                To the runs
              </Link>
            )
          }
        >
          The daily run scans the market, from 18:30 IST of every session, once the bars of the day are there.
          {market.kind === 'ok' &&
            opens !== null &&
            ` The exchange opens next on ${dateTime(Date.parse(opens), market.value.timeZone)}.`}
        </Empty>
      ) : (
        <Empty
          title="That session was not scanned"
          action={
            <Link href="/scanner" className={buttonClass('plain')}>
              The newest session
            </Link>
          }
        >
          No daily run has ended for it; perhaps the exchange was closed, or the date is none.
        </Empty>
      )}
    </Panel>
  );
}
