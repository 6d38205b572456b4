import { machineHandler } from '@aion/runtime/cloud/functions';
import { importUpload } from '@aion/runtime/cloud/import-upload';
import { lakeHost } from '@aion/runtime/cloud/lake-tools';

export const handler = machineHandler(importUpload, lakeHost);
