import { machineHandler } from '@aion/runtime/cloud/functions';
import { lakeHost } from '@aion/runtime/cloud/lake-tools';
import { runTask } from '@aion/runtime/runs/run-tasks';

export const handler = machineHandler((host, event) => runTask(host, event), lakeHost);
