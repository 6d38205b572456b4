import { cloudHost, machineHandler } from '@aion/runtime/cloud/functions';
import { callSourceJob, openCloudSources, RECORD_JOBS } from '@aion/runtime/cloud/source-jobs';

export const handler = machineHandler(
  (host, event) => callSourceJob(host, RECORD_JOBS, () => openCloudSources(host), event),
  cloudHost,
);
