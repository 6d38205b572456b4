import { machineHandler } from '@aion/runtime/cloud/functions';
import { importHost } from '@aion/runtime/cloud/lake-tools';
import { runLakeCare } from '@aion/jobs/lake';

export const handler = machineHandler((host) => runLakeCare(host), importHost);
