import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { SignalChart } from '../../../../chart/signal-chart.tsx';
import { getSignal } from '../../../../data/api.ts';
import { HistoryPanel } from '../../../../signal/history-panel.tsx';
import { PlanPanel } from '../../../../signal/plan-panel.tsx';
import { SignalHead } from '../../../../signal/signal-head.tsx';
import { WhyPanel } from '../../../../signal/why-panel.tsx';
import { Panel } from '../../../../ui/panel.tsx';
import { FailedState } from '../../../../ui/state.tsx';

/** The id as the API knows it. An address that is no text names nothing. */
function idOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) notFound();
    throw error;
  }
}

const read = cache((part: string) => getSignal(idOf(part)));

export async function generateMetadata({ params }: { params: Promise<{ id: string }> }): Promise<Metadata> {
  const detail = await read((await params).id);
  return { title: detail.kind === 'ok' ? `${detail.value.signal.symbol} ${detail.value.signal.side}` : 'Signal' };
}

export default async function SignalPage({ params }: { params: Promise<{ id: string }> }) {
  const detail = await read((await params).id);
  if (detail.kind === 'problem' && detail.problem.status === 404) notFound();
  if (detail.kind !== 'ok') {
    return (
      <Panel title="Signal">
        <h1 className="sr-only">Signal</h1>
        <FailedState what="The signal" message={detail.kind === 'failed' ? detail.message : detail.problem.detail} />
      </Panel>
    );
  }
  const value = detail.value;
  return (
    <>
      <Link href="/" className="text-note text-ink-3 hover:text-ink">
        ← All signals
      </Link>
      <SignalHead signal={value.signal} />
      <div className="mt-3 grid grid-cols-1 items-start gap-3 xl:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid min-w-0 gap-3">
          <SignalChart detail={value} />
          <div className="hidden xl:block">
            <HistoryPanel detail={value} />
          </div>
        </div>
        <div className="grid min-w-0 gap-3 md:max-xl:grid-cols-2 md:max-xl:items-start">
          <PlanPanel detail={value} />
          <WhyPanel detail={value} />
          <div className="xl:hidden">
            <HistoryPanel detail={value} />
          </div>
        </div>
      </div>
      <p className="mt-4 max-w-[110ch] text-note text-ink-3">{value.disclaimer}</p>
    </>
  );
}
