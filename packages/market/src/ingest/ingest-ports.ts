import type { Clock } from '@aion/core';
import type { LakePorts } from '../lake/manifest.ts';
import type { Unpack } from '../unpack.ts';

export interface IngestPorts extends LakePorts {
  readonly clock: Clock;
  readonly unpack: Unpack;
}
