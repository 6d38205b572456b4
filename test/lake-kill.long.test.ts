import { testKilledWriters } from './killed-writers.ts';

testKilledWriters({ lakes: 3, killsEach: 7 });
