import { machineHandler } from '@aion/runtime/cloud/functions';
import { checkDailyRuns } from '@aion/runtime/runs/dead-man';

export const handler = machineHandler((host) => checkDailyRuns(host));
