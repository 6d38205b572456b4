import {
  AppError,
  bodyIfReadable,
  bodyOf,
  toIso,
  type Clock,
  type EpochMs,
  type ItemTable,
  RUN_KINDS,
  type StoredForm,
} from '@aion/core';
import { readManifest } from '@aion/market';
import { listRunRecords } from '@aion/pipeline';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { overdueSessions } from '../runs/overdue-sessions.ts';
import { whatHoldsRuns } from '../schedule/runs-held.ts';
import type { HealthCheck } from './health.ts';

const CANARY = { table: 'ephemeral', pk: 'HEALTH', sk: 'CANARY' } as const;
const CANARY_S = 3600;
const Canary = z.strictObject({ nonce: z.string() });
const CANARY_FORM: StoredForm<z.infer<typeof Canary>> = { what: 'canary', v: 1, schema: Canary };
const SCHEDULE = { table: 'product', pk: 'HEALTH', sk: 'SCHEDULE' } as const;
/** Since when a schedule is awaited that has never called. */
const AWAITED = { table: 'product', pk: 'HEALTH', sk: 'SCHEDULE-AWAITED' } as const;
const Instant = z.strictObject({ atMs: z.int() });
const BEAT: StoredForm<{ readonly atMs: EpochMs }> = {
  what: 'call of the schedule',
  v: 1,
  schema: Instant,
  advice: 'the next call writes it anew; look whether there is one',
};
const AWAITED_FORM: StoredForm<{ readonly atMs: EpochMs }> = {
  what: 'time since which the schedule is awaited',
  v: 1,
  schema: Instant,
  advice: 'remove this item, and it counts from then on',
};
/** The schedule of the cloud speaks up once an hour. */
const SILENT_MS = 2.5 * 3_600_000;

/** Writes a canary, reads it back, and reads a row that every page needs. `probe` looks at it past what this process keeps in memory. */
export function stateCheck(
  host: Pick<Host, 'items' | 'clock' | 'profile'>,
  probe?: (nonce: string) => void,
): HealthCheck {
  return {
    name: 'state',
    async look() {
      const nonce = crypto.randomUUID();
      const expiresAtS = Math.ceil(host.clock.nowMs() / 1000) + CANARY_S;
      await host.items.put({ ...CANARY, v: CANARY_FORM.v, body: { nonce }, expiresAtS });
      const found = bodyIfReadable(await host.items.get(CANARY), CANARY_FORM);
      // Several servers of one stage write the same canary: any that was written counts.
      if (found === undefined) throw new AppError('corrupt', 'what was just written is not there');
      await host.profile();
      probe?.(found.nonce);
      return 'a row was written and read back';
    },
  };
}

/** The manifest of the lake can be read and, where this host may look at objects, the newest one that it names is there. */
export const lakeCheck = (host: Pick<Host, 'ingest'>, { looks }: { looks: boolean }): HealthCheck => ({
  name: 'lake',
  async look() {
    const manifest = await readManifest(host.ingest, 'NSE');
    const newest = manifest.objects.at(-1);
    if (newest === undefined) return 'no bars are stored yet';
    if (looks && !(await host.ingest.objects.has(newest.key)))
      throw new AppError('corrupt', `the manifest names ${newest.key}, which is not there; restore a backup`);
    return `${manifest.objects.length} objects`;
  },
});

/**
 * No run is overdue, and the newest of each kind did not fail, nor lose its process. `isGone` tells of the process that a run names. Runs that
 * an administrator holds are not owed.
 */
export const runsCheck = (
  host: Pick<Host, 'items' | 'clock' | 'profile'>,
  isGone: (owner: string) => boolean,
): HealthCheck => ({
  name: 'runs',
  async look() {
    const { asOfMs } = await host.profile();
    const runs = await listRunRecords(host.items, 'NSE', 50);
    for (const kind of RUN_KINDS) {
      const run = runs.find((record) => record.kind === kind);
      if (run === undefined) continue;
      const name = `the ${kind} run of ${run.sessionDate} (${run.id})`;
      if (run.status === 'failed' || run.status === 'interrupted')
        throw new AppError('missing_data', `${name} ${run.status}: ${run.error ?? 'it does not say why'}`);
      if (run.status === 'running' && isGone(run.owner))
        throw new AppError('missing_data', `the process of ${name} is gone`);
    }
    const held = await whatHoldsRuns(host);
    // Nobody decided it, and until somebody looks no run starts.
    if (held !== null && !held.byDecision) throw new AppError('corrupt', held.why);
    // A frozen clock has no schedule, and nothing is due in it.
    const overdue = asOfMs === null && held === null ? await overdueSessions(host, 'NSE', runs) : [];
    if (overdue.length > 0) throw new AppError('missing_data', `no daily run has succeeded for ${overdue.join(', ')}`);
    const newest = runs.length === 0 ? 'none yet' : `the newest is ${runs[0]!.id}`;
    return held === null ? newest : `${newest}; none is owed: ${held.why}`;
  },
});

/** Written by what the schedule calls, where schedule and API are in different processes. */
export async function saveScheduleBeat(items: ItemTable, clock: Clock): Promise<void> {
  await items.put({ ...SCHEDULE, v: BEAT.v, body: { atMs: clock.nowMs() } });
}

/**
 * Whether the schedule, which runs in another process, has called within the last two and a half hours. One that never called has as long
 * from when it was first awaited.
 */
export const scheduleBeatCheck = (items: ItemTable, clock: Clock): HealthCheck => ({
  name: 'schedule',
  async look() {
    const found = bodyOf(await items.get(SCHEDULE, { eventual: true }), BEAT);
    if (found === undefined) {
      const sinceMs = await awaitedSince(items, clock);
      if (Math.abs(clock.nowMs() - sinceMs) > SILENT_MS)
        throw new AppError(
          'missing_data',
          `the schedule has never called since ${toIso(sinceMs)}; it should each hour`,
        );
      return 'it has not called yet';
    }
    const { atMs } = found;
    if (Math.abs(clock.nowMs() - atMs) > SILENT_MS)
      throw new AppError('missing_data', `the schedule called last at ${toIso(atMs)}; it should each hour`);
    return `called last at ${toIso(atMs)}`;
  },
});

/** When somebody first looked for its call: a stage that was just deployed has an hour for it, and none has for ever. */
async function awaitedSince(items: ItemTable, clock: Clock): Promise<EpochMs> {
  const found = bodyOf(await items.get(AWAITED), AWAITED_FORM);
  if (found !== undefined) return found.atMs;
  const atMs = clock.nowMs();
  await items.put({ ...AWAITED, v: AWAITED_FORM.v, body: { atMs } });
  return atMs;
}

/** What the kill switch says is known. That it is on is no defect; what cannot be read stops trading, and somebody has to look. */
export const killCheck = ({ kill }: Pick<Host, 'kill'>): HealthCheck => ({
  name: 'kill',
  async look() {
    const { known, active, problem } = await kill.read();
    if (!known) throw new AppError('unavailable', `it is unknown and counts as on: ${problem}`);
    return active ? 'it is on' : 'it is off';
  },
});

/** The beat of a schedule in this process. Until it is expected, its absence is no defect. */
export interface Heartbeat {
  beat(): void;
  expect(): void;
  readonly check: HealthCheck;
}

/** A heartbeat that is ill after `silentMs` without a beat, by time that nobody sets back. */
export function makeHeartbeat(clock: Clock, silentMs: number): Heartbeat {
  let lastMs: number | undefined;
  return {
    beat: () => void (lastMs = clock.monotonicMs()),
    expect: () => void (lastMs ??= clock.monotonicMs()),
    check: {
      name: 'schedule',
      look() {
        if (lastMs === undefined) return 'this server has none, or it is starting';
        const silentForMs = clock.monotonicMs() - lastMs;
        if (silentForMs > silentMs)
          throw new AppError('missing_data', `it has not moved for ${Math.round(silentForMs / 1000)} s; start again`);
        return 'it moves';
      },
    },
  };
}
