import { callHandler } from '@aion/runtime/cloud/functions';
import { importUpload } from '@aion/runtime/cloud/import-upload';
import { importHost } from '@aion/runtime/cloud/lake-tools';

export const handler = callHandler(importUpload, importHost);
