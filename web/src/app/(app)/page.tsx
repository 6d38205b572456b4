import type { Metadata } from 'next';
import { Suspense } from 'react';
import { getLatestSignals, getMarket, getMe } from '../../data/api.ts';
import { Board } from '../../signals/board.tsx';
import { MarketStrip } from '../../signals/market-strip.tsx';
import { RunPanel } from '../../signals/run-panel.tsx';
import { SignalsSkeleton } from '../../signals/skeleton.tsx';
import { dateTime, sessionDay } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Empty, FailedState } from '../../ui/state.tsx';

export const metadata: Metadata = { title: 'Signals' };

export default function SignalsPage() {
  return (
    <Suspense fallback={<SignalsSkeleton />}>
      <Signals />
    </Suspense>
  );
}

async function Signals() {
  const [latest, market, me] = await Promise.all([getLatestSignals(), getMarket(), getMe()]);
  // Of the list itself `not_found` says one thing: there is none to show yet.
  if (latest.kind === 'problem' && latest.problem.code === 'not_found') {
    const admin = me.kind === 'ok' && me.value.capabilities.admin;
    return (
      <Panel title="Signals" className="mt-2">
        <h1 className="sr-only">Signals</h1>
        <Empty title="No run has been published yet">
          {admin
            ? 'Start the first daily run on the admin page. It takes about a minute; this page fills by itself.'
            : 'The first signals appear here when the daily run has ended. This page fills by itself.'}
        </Empty>
      </Panel>
    );
  }
  if (latest.kind !== 'ok') {
    return (
      <Panel title="Signals" className="mt-2">
        <h1 className="sr-only">Signals</h1>
        <FailedState what="The signals" message={latest.kind === 'failed' ? latest.message : latest.problem.detail} />
      </Panel>
    );
  }
  const value = latest.value;
  const publishedMs = Date.parse(value.publishedAt);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3">
        <h1 className="text-title font-semibold tracking-tight">Signals</h1>
        <p className="text-ink-2">
          for the session of <time dateTime={value.sessionDate}>{sessionDay(value.sessionDate)}</time>
          <span className="text-ink-3">
            {' '}
            · published {dateTime(publishedMs)}
            {value.revision > 1 && ` · revision ${value.revision}`}
          </span>
        </p>
      </div>
      <MarketStrip regime={value.regime} sessionDate={value.sessionDate} />
      <RunPanel run={value.run} published={value.total} />
      <Board
        signals={value.signals}
        total={value.total}
        gated={value.gated}
        readinessAsOf={value.readinessAsOf}
        capabilities={me.kind === 'ok' ? me.value.capabilities : null}
        nowMs={market.kind === 'ok' ? Date.parse(market.value.now) : publishedMs}
      />
    </>
  );
}
