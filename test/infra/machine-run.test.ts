import { testMachineRuns } from './machine-runs.ts';

// One in the middle, which a container runs; each state is in the long form.
testMachineRuns(['Models']);
