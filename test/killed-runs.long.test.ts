import { KILL_POINTS, testKilledRuns } from './killed-runs.ts';

testKilledRuns(KILL_POINTS);
