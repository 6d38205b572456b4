import { runControl } from '@aion/runtime/cloud/control';
import { machineHandler } from '@aion/runtime/cloud/functions';

export const handler = machineHandler(runControl);
