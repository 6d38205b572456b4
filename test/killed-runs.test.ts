import { expect, it } from 'vitest';
import { testKilledHourlyRuns } from './killed-hourly-runs.ts';
import { DAILY_STEPS } from '@aion/jobs/runs';
import { testKilledRuns } from './killed-runs.ts';

// Between storing a stage and saying so; every step, and the other moments, are in the long form.
const STEP = 'fuse';

it('is killed at a step of the daily run', () => expect(DAILY_STEPS.map(({ name }) => name)).toContain(STEP));
testKilledRuns([`${STEP}:stored`]);
testKilledHourlyRuns(['refine:stored']);
