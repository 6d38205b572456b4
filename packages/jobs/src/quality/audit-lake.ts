import { toEpochDay, type SessionDate, type Exchange } from '@aion/core';
import { auditDaily, loadCalendar, makeQualityReport, type QualityReport } from '@aion/market';
import { heldBackOf, makeLakeReader, newestFullSession, readPanel } from '@aion/pipeline';
import type { Host } from '../host.ts';

const WINDOW_SESSIONS = 260;

/** Audits what the lake holds up to a session (the newest whole one, when none is given), as a run would. */
export async function auditLake(
  host: Pick<Host, 'ingest'>,
  market: Exchange = 'NSE',
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
