import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { removeStaleParts } from '@aion/adapters/plumbing/durable-file';
import { sweepExpired } from '@aion/adapters/sqlite/sweep-expired';
import { bodyOf, errorMessage, fromEpochDay, isAppError, type StoredForm } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { z } from 'zod';
import type { Embedded } from '../compose-embedded.ts';
import { openEmbeddedMove } from '../../move/open-move.ts';
import { drillRestore, type DrillReport } from '../../move/restore-drill.ts';
import { runLakeCare, type LakeCareReport } from '@aion/jobs/lake';
import { readManifest } from './backup-manifest.ts';
import { backUp, type BackupReport } from './backup.ts';

const BACKUPS_KEPT = 3;
const DRILL_EVERY_DAYS = 7;
const KEY = { table: 'product', pk: 'CARE', sk: 'NIGHT' } as const;
const Care = z.strictObject({ drilledDay: z.int() });
const CARE: StoredForm<z.infer<typeof Care>> = {
  what: 'day of the last drill',
  v: 1,
  schema: Care,
  advice: 'remove this item: the next night drills',
};

/** A write takes seconds; what is older belongs to one that was cut off. */
const PART_AGE_MS = 6 * 3_600_000;

export interface NightCare {
  readonly lake: LakeCareReport | null;
  /** Items whose time was over, and parts of files that were never finished. */
  readonly swept: { readonly items: number; readonly parts: number } | null;
  readonly backup: (BackupReport & { readonly folder: string }) | null;
  readonly drill: DrillReport | null;
}

/**
 * What one machine does at night: a backup of which the newest three are kept, care for the lake, a sweep of what has expired, and
 * each week a whole restore into a home that is thrown away. When one of them fails the operator is told by mail, and the others
 * are done all the same.
 */
export async function careAtNight(embedded: Embedded): Promise<NightCare> {
  const today = Math.floor(loadCalendar('NSE').localMinutesAt(embedded.clock.nowMs()) / 1440);
  const backup = await told(embedded, 'the backup', () => backUpTonight(embedded, fromEpochDay(today)));
  const lake = await told(embedded, 'the care for the lake', () => runLakeCare(embedded));
  const swept = await told(embedded, 'the sweep', () => sweep(embedded));
  const drill = await told(embedded, 'the weekly restore', () => drillWhenDue(embedded, today));
  return { lake, swept, backup, drill };
}

async function told<T>(embedded: Embedded, what: string, work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    await tellFailure(embedded, what, error);
    return null;
  }
}

/** Writes down, and mails the operator, that a part of the night's work failed. Never throws: what is left to do is done. */
export async function tellFailure(
  { telemetry, tellOperator }: Pick<Embedded, 'telemetry' | 'tellOperator'>,
  what: string,
  error: unknown,
): Promise<void> {
  const why = errorMessage(error);
  telemetry.log('error', `${what} failed`, { error: why });
  try {
    await tellOperator({
      subject: `${what[0]!.toUpperCase()}${what.slice(1)} of this night failed`,
      text: `${why}\n\nIt is tried again next night. By hand: \`aion backup FOLDER\`, \`aion drill\`.`,
    });
  } catch (failure) {
    telemetry.log('error', `the operator could not be told that ${what} failed`, { error: errorMessage(failure) });
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
  const others = nightlyBackups(embedded).filter((path) => path !== folder);
  for (const old of others.slice(BACKUPS_KEPT - 1)) rmSync(old, { recursive: true });
  return { ...report, folder };
}

/** The folders of the nights, the newest first. One without a list that can be read, or of a time that is still to come, is the oldest. */
function nightlyBackups(embedded: Embedded): string[] {
  const root = backupsPath(embedded);
  if (!existsSync(root)) return [];
  const madeMs = (folder: string): number => backedUpMs(folder, embedded.clock.nowMs()) ?? 0;
  return readdirSync(root)
    .filter((entry) => /^\d{4}-\d\d-\d\d$/.test(entry))
    .map((entry) => join(root, entry))
    .sort((left, right) => madeMs(right) - madeMs(left) || (left < right ? 1 : -1));
}

/** When a backup was made; undefined where that cannot be told. */
function backedUpMs(folder: string, nowMs: number): number | undefined {
  try {
    const atMs = Date.parse(readManifest(folder).createdAt);
    return atMs <= nowMs ? atMs : undefined;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return undefined;
  }
}

/** When the newest nightly backup was made; undefined where there is none. */
export function newestBackupMs(embedded: Embedded): number | undefined {
  const [newest] = nightlyBackups(embedded);
  return newest === undefined ? undefined : backedUpMs(newest, embedded.clock.nowMs());
}

async function drillWhenDue(embedded: Embedded, today: number): Promise<DrillReport | null> {
  const last = bodyOf(await embedded.items.get(KEY), CARE)?.drilledDay;
  // One of the future was made while the clock was wrong: it would keep the next from being due.
  if (last !== undefined && last <= today && today - last < DRILL_EVERY_DAYS) return null;
  const host = openEmbeddedMove(embedded.loaded);
  try {
    const report = await drillRestore(host);
    await embedded.items.put({ ...KEY, v: CARE.v, body: { drilledDay: today } });
    return report;
  } finally {
    host.close();
  }
}
