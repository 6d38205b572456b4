import { testMachineRuns } from './machine-runs.ts';

testMachineRuns(['Bars', 'Features', 'Models', 'Publish']);
