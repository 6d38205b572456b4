import { featureHost } from '@aion/runtime/cloud/feature-tools';
import { machineHandler } from '@aion/runtime/cloud/functions';
import { asksNone, callSourceJob, FEATURE_JOBS } from '@aion/runtime/cloud/source-jobs';

export const handler = machineHandler((host, event) => callSourceJob(host, FEATURE_JOBS, asksNone, event), featureHost);
