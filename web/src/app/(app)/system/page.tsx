import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Suspense } from 'react';
import { getMe, getQuality } from '../../../data/api.ts';
import { QualityBoard } from '../../../system/quality-board.tsx';
import { SessionPicker } from '../../../system/session-picker.tsx';
import { QualitySkeleton } from '../../../system/skeleton.tsx';
import { buttonClass } from '../../../ui/button.tsx';
import { sessionDay } from '../../../ui/format.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Empty, FailedState } from '../../../ui/state.tsx';

export const metadata: Metadata = { title: 'Data quality' };

export default async function SystemPage({ searchParams }: { searchParams: Promise<{ date?: string | string[] }> }) {
  const me = await getMe();
  if (me.kind === 'ok' && !me.value.capabilities.admin) notFound();
  // The frame has shown why there is no account.
  if (me.kind !== 'ok') return null;
  const { date } = await searchParams;
  const day = typeof date === 'string' && date !== '' ? date : undefined;
  return (
    <Suspense key={day} fallback={<QualitySkeleton />}>
      <Quality date={day} />
    </Suspense>
  );
}

async function Quality({ date }: { date: string | undefined }) {
  const answer = await getQuality(date);
  if (answer.kind !== 'ok') {
    return (
      <Panel title="Data quality">
        <h1 className="sr-only">Data quality</h1>
        <FailedState what="The report" message={answer.kind === 'failed' ? answer.message : answer.problem.detail} />
      </Panel>
    );
  }
  const { report, accepted } = answer.value;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="text-title font-semibold tracking-tight">Data quality</h1>
          {report !== null && (
            <p className="text-ink-2">
              of the bars up to <time dateTime={report.sessionDate}>{sessionDay(report.sessionDate)}</time>
            </p>
          )}
        </div>
        {report !== null && <SessionPicker sessionDate={report.sessionDate} />}
      </div>
      {report === null && <NoReport date={date} />}
      <QualityBoard report={report} accepted={accepted} />
    </>
  );
}

function NoReport({ date }: { date: string | undefined }) {
  return (
    <Panel title="Report" className="mt-3">
      {date === undefined ? (
        <Empty
          title="There is no report yet"
          action={
            <Link href="/admin" className={buttonClass('primary')}>
              To the runs
            </Link>
          }
        >
          The daily run checks every bar and makes it. Start one on the admin page, or wait for the evening’s.
        </Empty>
      ) : (
        <Empty
          title="No report of this session"
          action={
            <Link href="/system" className={buttonClass('plain')}>
              The newest report
            </Link>
          }
        >
          No daily run has ended for it; perhaps the exchange was closed.
        </Empty>
      )}
    </Panel>
  );
}
