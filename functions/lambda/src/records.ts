import { openCloudSources } from '@aion/runtime/cloud/cloud-sources';
import { cloudHost, machineHandler } from '@aion/runtime/cloud/functions';
import { callSourceJob, RECORD_JOBS } from '@aion/runtime/cloud/source-jobs';

export const handler = machineHandler(
  (host, event) => callSourceJob(host, RECORD_JOBS, () => openCloudSources(host, 'records'), event),
  cloudHost,
);
