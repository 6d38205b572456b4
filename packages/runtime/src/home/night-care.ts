import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { removeStaleParts } from '@aion/adapters/plumbing/durable-file';
import { sweepExpired } from '@aion/adapters/sqlite/sweep-expired';
import { errorMessage, fromEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { z } from 'zod';
import type { Embedded } from '../compose-embedded.ts';
import { openEmbeddedMove } from '../move/open-move.ts';
import { drillRestore, type DrillReport } from '../move/restore-drill.ts';
import { runLakeCare, type LakeCareReport } from '../runs/lake-care.ts';
import { backUp, type BackupReport } from './backup.ts';

const BACKUPS_KEPT = 3;
const DRILL_EVERY_DAYS = 7;
const KEY = { table: 'product', pk: 'CARE', sk: 'NIGHT' } as const;
const Care = z.strictObject({ drilledDay: z.int() });

/** A write takes seconds; what is older belongs to one that was cut off. */
const PART_AGE_MS = 6 * 3_600_000;

export interface NightCare {
  readonly lake: LakeCareReport;
  /** Items whose time was over, and parts of files that were never finished. */
  readonly swept: { readonly items: number; readonly parts: number } | null;
  readonly backup: (BackupReport & { readonly folder: string }) | null;
  readonly drill: DrillReport | null;
}

/**
 * What one machine does at night: care for the lake, sweep what has expired, a backup of which the newest three are kept, and
 * each week a whole restore into a home that is thrown away. The operator is told by mail when one of them fails.
 */
export async function careAtNight(embedded: Embedded): Promise<NightCare> {
  const lake = await runLakeCare(embedded);
  const today = Math.floor(loadCalendar('NSE').localMinutesAt(embedded.clock.nowMs()) / 1440);
  const swept = await told(embedded, 'the sweep', () => sweep(embedded));
  const backup = await told(embedded, 'the backup', () => backUpTonight(embedded, fromEpochDay(today)));
  const drill = await told(embedded, 'the weekly restore', () => drillWhenDue(embedded, today));
  return { lake, swept, backup, drill };
}

async function told<T>(embedded: Embedded, what: string, work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const why = errorMessage(error);
    embedded.telemetry.log('error', `${what} failed`, { error: why });
    await makeOutbox(embedded.items, embedded.clock).sendMail({
      to: 'operator',
      subject: `${what[0]!.toUpperCase()}${what.slice(1)} of this night failed`,
      text: `${why}\n\nTry it by hand: \`aion backup FOLDER\`, \`aion drill\`.`,
    });
    return null;
  }
}

async function sweep(embedded: Embedded): Promise<{ items: number; parts: number }> {
  const nowMs = embedded.clock.nowMs();
  return {
    items: await sweepExpired(embedded.state, nowMs),
    parts: removeStaleParts(embedded.loaded.home, nowMs, PART_AGE_MS),
  };
}

/** Where the nights' backups lie: a folder of the operator's, in it one for each home, or one in the home, which a restore puts aside together with them. */
export const backupsPath = ({ loaded: { home, config }, homeId }: Pick<Embedded, 'loaded' | 'homeId'>): string =>
  config.backupFolder === '' ? join(home, 'backups') : join(resolve(home, config.backupFolder), homeId);

async function backUpTonight(
  embedded: Embedded,
  name: string,
): Promise<(BackupReport & { readonly folder: string }) | null> {
  const root = backupsPath(embedded);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const folder = join(root, name);
  if (existsSync(join(folder, 'backup.json'))) return null;
  // What a backup that was cut off left behind is none.
  rmSync(folder, { recursive: true, force: true });
  const report = await backUp(embedded, folder, { encrypt: embedded.config.backupEncrypt });
  const kept = readdirSync(root).filter((entry) => /^\d{4}-\d\d-\d\d$/.test(entry));
  for (const old of kept.sort().slice(0, -BACKUPS_KEPT)) rmSync(join(root, old), { recursive: true });
  return { ...report, folder };
}

async function drillWhenDue(embedded: Embedded, today: number): Promise<DrillReport | null> {
  const item = await embedded.items.get(KEY);
  const last = item === undefined ? undefined : Care.parse(item.body).drilledDay;
  if (last !== undefined && today - last < DRILL_EVERY_DAYS) return null;
  const host = openEmbeddedMove(embedded.loaded);
  try {
    const report = await drillRestore(host);
    await embedded.items.put({ ...KEY, v: 1, body: { drilledDay: today } });
    return report;
  } finally {
    host.close();
  }
}
