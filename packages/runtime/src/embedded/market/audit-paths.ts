import { unpackArchive } from '@aion/adapters/archive/unpack';
import { type SessionDate, errorMessage, toEpochDay } from '@aion/core';
import {
  type AuditContext,
  type AuditedFile,
  type FolderAudit,
  type QualityReport,
  DEFAULT_CAPS,
  auditDaily,
  auditFiles,
  loadCalendar,
  makeQualityReport,
} from '@aion/market';
import { heldBackOf, makeLakeReader, newestFullSession, readPanel } from '@aion/pipeline';
import type { Host } from '@aion/jobs';
import { listFiles } from './import-paths.ts';

/** Looks at files and folders without storing anything. A file that cannot be opened is reported, the others go on. */
export async function auditPaths(
  paths: readonly string[],
  context: AuditContext,
): Promise<FolderAudit & { readonly unreadable: readonly { name: string; why: string }[] }> {
  const files: AuditedFile[] = [];
  const unreadable: { name: string; why: string }[] = [];
  for (const { name, read } of paths.flatMap((path) => listFiles(path))) {
    if (!/\.(csv|csv\.gz|zip)$/i.test(name)) continue;
    try {
      for (const entry of await unpackArchive(name, await read(), DEFAULT_CAPS)) files.push(entry);
    } catch (error) {
      unreadable.push({ name, why: errorMessage(error) });
    }
  }
  return { ...auditFiles(files, context), unreadable };
}

const WINDOW_SESSIONS = 260;

/** Audits what the lake holds up to a session (the newest whole one, when none is given), as a run would. */
export async function auditLake(
  host: Host,
  market: 'NSE' | 'US' = 'NSE',
  sessionDate?: SessionDate,
): Promise<QualityReport | undefined> {
  const date = sessionDate ?? (await newestFullSession(host.ingest, market))?.sessionDate;
  if (date === undefined) return undefined;
  const calendar = loadCalendar(market);
  const panel = await readPanel(makeLakeReader(host.ingest, market, false), date);
  const { actions, refuted, accepted } = panel;
  const audit = auditDaily(panel.daily, { calendar, actions, refuted, accepted, asOfDay: toEpochDay(date) });
  const windowFrom = toEpochDay(calendar.previousSession(date, WINDOW_SESSIONS));
  const held = new Set(heldBackOf(audit.issues, windowFrom).map(({ symbol }) => symbol));
  return makeQualityReport(audit, date, held);
}
