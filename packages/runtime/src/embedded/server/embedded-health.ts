import { statfsSync } from 'node:fs';
import { probeStateFile } from '@aion/adapters/sqlite/probe';
import { AppError } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import {
  killCheck,
  lakeCheck,
  makeHeartbeat,
  runsCheck,
  stateCheck,
  type Heartbeat,
  makeHealth,
  type CheckResult,
  type HealthCheck,
} from '@aion/jobs/health';
import { processOwner } from '../home/owner.ts';

const KEEP_MS = 1000;
/** Below it a run or an import may not fit any more. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;
/** The scheduler beats each minute. */
const SILENT_MS = 3 * 60_000;

/** The heartbeat of a server's own schedule: ill after three minutes without a beat. */
export const scheduleHeartbeat = ({ clock }: Embedded): Heartbeat => makeHeartbeat(clock, SILENT_MS);

/** The health of one machine: its state file, kill switch, disk, lake, runs and schedule. */
export function embeddedHealth(embedded: Embedded, heartbeat: Heartbeat): () => Promise<readonly CheckResult[]> {
  const { state, loaded, clock, telemetry, every } = embedded;
  const probe = (word: string): void => probeStateFile(state.path, { pk: 'HEALTH', sk: 'CANARY', word });
  return makeHealth(
    [
      stateCheck(embedded, probe),
      killCheck(embedded),
      diskCheck(loaded.home),
      lakeCheck(embedded, { looks: true }),
      runsCheck(embedded, processOwner.isGone),
      heartbeat.check,
    ],
    { clock, telemetry, every, keepMs: KEEP_MS },
  );
}

const diskCheck = (home: string): HealthCheck => ({
  name: 'disk',
  look() {
    const { bavail, bsize } = statfsSync(home);
    const megabytes = Math.floor((bavail * bsize) / 1024 / 1024);
    if (bavail * bsize < LEAST_FREE_BYTES)
      throw new AppError(
        'unavailable',
        `${megabytes} MB are free; at least ${LEAST_FREE_BYTES / 1024 / 1024} are needed`,
      );
    return `${megabytes} MB are free`;
  },
});
