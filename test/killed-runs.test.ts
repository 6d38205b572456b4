import { expect, it } from 'vitest';
import { testKilledHourlyRuns } from './killed-hourly-runs.ts';
import { KILL_POINTS, testKilledRuns } from './killed-runs.ts';

// Between storing a stage and saying so; every step, and the other moments, are in the long form.
const POINTS = KILL_POINTS.filter((point) => point === 'fuse:stored');

it('is killed at a point of the daily run', () => expect(POINTS).toHaveLength(1));
testKilledRuns(POINTS);
testKilledHourlyRuns(['refine:stored']);
