import type { RunRecord } from '@aion/pipeline';
import { SESSION } from './canary-run.ts';

/** A daily run that succeeded, but for what is given. */
export const runRecord = (change: Partial<RunRecord> = {}): RunRecord => ({
  id: 'NSE-20260227-daily-00000001',
  kind: 'daily',
  exchange: 'NSE',
  sessionDate: SESSION,
  status: 'succeeded',
  revision: 1,
  snapshotId: null,
  triggeredBy: 'test',
  owner: 'elsewhere:1:1',
  startedMs: 1,
  finishedMs: null,
  error: null,
  summary: null,
  ...change,
});
