import { expect, it } from 'vitest';
import { KILL_POINTS, testKilledRuns } from './killed-runs.ts';

// Before anything is done, between storing a stage and saying so, and behind the record; every step is in the long form.
const POINTS = KILL_POINTS.filter((point) => /^(ingest|fuse|ledger):/.test(point));

it('is killed at three points', () => expect(POINTS).toHaveLength(3));
testKilledRuns(POINTS);
