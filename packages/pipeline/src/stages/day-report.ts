import type { Exchange, EpochMs, SessionDate } from '@aion/core';
import { loadActiveSignals } from '@aion/signals';
import { loadPointer } from '../publication/latest-pointer.ts';
import { listRunRecords } from '../runner/run-record.ts';
import type { Stage } from '../runner/stage.ts';
import type { RecordCheck } from './verify-record.ts';

export interface DayReport {
  readonly exchange: Exchange;
  readonly sessionDate: SessionDate;
  readonly madeMs: EpochMs;
  readonly record: RecordCheck;
  readonly published: { readonly sessionDate: SessionDate; readonly revision: number } | null;
  readonly activeSignals: number;
  readonly runs: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly error: string | null;
  }[];
}

const RUNS_READ = 50;

/** The report of a session: its runs, what is published, what is active, whether the record holds. */
export const dayReportStage: Stage<
  { sessionDate: SessionDate; nowMs: EpochMs; record: RecordCheck },
  { object: string }
> = {
  name: 'report',
  title: "Write the day's report",
  async run({ sessionDate, nowMs, record }, { ports }) {
    const { exchange } = ports.market;
    const runs = await listRunRecords(ports.items, exchange, RUNS_READ);
    const pointer = await loadPointer(ports.items, exchange);
    const active = await loadActiveSignals(ports.items, exchange, sessionDate);
    const report: DayReport = {
      exchange,
      sessionDate,
      madeMs: nowMs,
      record,
      published: pointer === undefined ? null : { sessionDate: pointer.sessionDate, revision: pointer.revision },
      activeSignals: active.length,
      runs: runs
        .filter((run) => run.sessionDate === sessionDate && run.kind !== 'post-market')
        .map(({ id, kind, status, error }) => ({ id, kind, status, error })),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(report));
    const { key } = await ports.objects.put(`reports/${exchange}`, bytes, '.json');
    await ports.items.put({ table: 'product', pk: `REPORT#${exchange}`, sk: sessionDate, v: 1, body: { object: key } });
    return { output: { object: key }, figures: { runs: report.runs.length, activeSignals: report.activeSignals } };
  },
};
