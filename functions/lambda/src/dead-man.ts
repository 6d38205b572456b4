import { machineHandler } from '@aion/runtime/cloud/functions';
import { callDeadMan } from '@aion/runtime/cloud/dead-man-call';

export const handler = machineHandler((host) => callDeadMan(host));
