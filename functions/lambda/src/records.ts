import { openCloudSources } from '@aion/runtime/cloud/cloud-sources';
import { cloudHost, machineHandler } from '@aion/runtime/cloud/functions';
import { callSourceJob } from '@aion/runtime/cloud/source-jobs';

export const handler = machineHandler(
  (host, event) => callSourceJob(host, 'records', () => openCloudSources(host, 'records'), event),
  cloudHost,
);
