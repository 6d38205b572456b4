import { featureHost } from '@aion/runtime/cloud/feature-tools';
import { machineHandler } from '@aion/runtime/cloud/functions';
import { asksNone, callSourceJob } from '@aion/runtime/cloud/source-jobs';

export const handler = machineHandler((host, event) => callSourceJob(host, 'derived', asksNone, event), featureHost);
