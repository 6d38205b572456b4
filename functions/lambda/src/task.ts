import { machineHandler } from '@aion/runtime/cloud/functions';
import { lakeHost } from '@aion/runtime/cloud/lake-tools';
import { runTask } from '@aion/jobs/runs';

export const handler = machineHandler((host, event) => runTask(host, event), lakeHost);
