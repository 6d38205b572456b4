import { machineHandler } from '@aion/runtime/cloud/functions';
import { importHost } from '@aion/runtime/cloud/lake-tools';
import { callLakeCare } from '@aion/runtime/cloud/lake-care-call';

export const handler = machineHandler((host, event) => callLakeCare(host, event), importHost);
