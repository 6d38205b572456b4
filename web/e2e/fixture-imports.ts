import type { ImportReport, ImportRun } from '@aion/contracts';
import { NOW, SESSION } from './fixture-market.ts';

/** An upload of this name goes on after its answer has failed. */
export const SLOW_FILE = 'slow.csv';

/** The imports that the API lists: one that takes longer than its answer; the others are stored at once and never under way. */
export function makeImports() {
  /** Polls of the slow import since it began. */
  let polls: number | null = null;
  return {
    begin: (): void => void (polls = 0),
    list(by: string): ImportRun[] {
      if (polls === null) return [];
      const over = ++polls > 3;
      const run = { id: 'import-1', name: SLOW_FILE, by, bytes: 100, startedAt: NOW, error: null };
      return over
        ? [{ ...run, state: 'done', finishedAt: NOW, progress: null, report: reportOf(SLOW_FILE, 7, true) }]
        : [
            {
              ...run,
              state: 'running',
              finishedAt: null,
              progress: { phase: 'storing', done: 1, total: 7 },
              report: null,
            },
          ];
    },
  };
}

export function uploadReport(name: string, body: Buffer): ImportReport {
  const lines = body.toString('latin1').split('\n').filter(Boolean).length;
  const good = /\.(csv|csv\.gz|zip)$/.test(name) && lines > 1;
  return reportOf(name, good ? lines - 1 : 0, good);
}

function reportOf(name: string, rows: number, good: boolean): ImportReport {
  return {
    files: [
      {
        name,
        status: good ? 'imported' : 'refused',
        layout: good ? 'sec_bhavdata_full' : null,
        rows,
        stored: rows,
        duplicates: 0,
        quarantined: 0,
        skippedBySeries: 0,
        reason: good
          ? null
          : 'Line 1: the header names none of the known layouts. Upload the file as the exchange publishes it.',
      },
    ],
    rows,
    stored: rows,
    quarantined: [],
    sessions: good ? [SESSION] : [],
    symbols: rows,
  };
}
