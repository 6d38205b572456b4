import { testKilledHourlyRuns } from './killed-hourly-runs.ts';
import { KILL_POINTS, testKilledRuns } from './killed-runs.ts';

testKilledRuns(KILL_POINTS);
testKilledHourlyRuns(['refine:start', 'refine:stored', 'refine:done']);
