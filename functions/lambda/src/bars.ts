import { openCloudSources } from '@aion/runtime/cloud/cloud-sources';
import { machineHandler } from '@aion/runtime/cloud/functions';
import { importHost } from '@aion/runtime/cloud/lake-tools';
import { callSourceJob } from '@aion/runtime/cloud/source-jobs';

export const handler = machineHandler(
  (host, event) => callSourceJob(host, 'bars', () => openCloudSources(host, 'bars'), event),
  importHost,
);
