import { machineHandler } from '@aion/runtime/cloud/functions';
import { importHost } from '@aion/runtime/cloud/lake-tools';
import { runLakeCare } from '@aion/runtime/runs/lake-care';

export const handler = machineHandler((host) => runLakeCare(host), importHost);
