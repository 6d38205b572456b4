import { AppError, errorMessage, isAppError, type SessionDate } from '@aion/core';
import { importFiles, type ImportReport, type IngestPorts, loadCalendar } from '@aion/market';
import type { MarketFileSource } from '@aion/market/sources';
import { type BackfillPlan, planBackfill } from './backfill-plan.ts';
import { type DayState, EMPTY_DAY, loadDays, saveDay } from './backfill-state.ts';

export interface BackfillOptions {
  readonly from: SessionDate;
  readonly to: SessionDate;
  readonly exchange?: 'NSE';
  /** Asks again for what failed, was refused or was not published. */
  readonly retryFailed?: boolean;
  /** Asks for weekdays without a session too, and reports a file that lies there. */
  readonly probeClosed?: boolean;
  /** Files that are imported at once. */
  readonly batch?: number;
  /** Ends after the file in progress; what was downloaded is imported. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackfillProgress) => void;
}

export interface BackfillProgress {
  readonly done: number;
  readonly total: number;
  readonly date: SessionDate;
  readonly etaMs: number | null;
}

export interface BackfillReport {
  readonly from: SessionDate;
  readonly to: SessionDate;
  readonly sessions: number;
  /** Stored before this run. */
  readonly before: number;
  readonly stored: number;
  readonly notPublished: readonly SessionDate[];
  readonly refused: readonly { readonly date: SessionDate; readonly why: string }[];
  readonly failed: readonly { readonly date: SessionDate; readonly why: string }[];
  readonly leftAlone: readonly SessionDate[];
  /** Files of days on which the calendar has no session: the calendar or the file is wrong. */
  readonly publishedOnClosedDay: readonly SessionDate[];
  readonly rows: number;
  readonly quarantined: number;
  readonly interrupted: boolean;
  readonly manifestHash: string | null;
}

/** Failures in a row after which the source is taken for ill and the rest is left for the next run. */
const GIVE_UP_AFTER = 8;
const BATCH = 20;

/**
 * Downloads the bhavcopies of a range and imports them, with INGEST's checks and quarantine. Each day's state is kept, and each file before it is imported,
 * so that a run that was stopped or killed goes on where it was and asks for nothing twice. The result does not depend on where it was
 * interrupted.
 */
export async function backfill(
  ports: IngestPorts,
  source: MarketFileSource,
  options: BackfillOptions,
): Promise<BackfillReport> {
  const { from, to, exchange = 'NSE', signal, batch: batchSize = BATCH } = options;
  const calendar = loadCalendar(exchange);
  const today = calendar.dateAt(ports.clock.nowMs());
  const days = await loadDays(ports.items, exchange, from, to);
  const rules = { retryFailed: options.retryFailed ?? false, probeClosed: options.probeClosed ?? false };
  const plan = planBackfill({ from, to, calendar, today, ...rules }, days);
  const startedMs = ports.clock.nowMs();
  const tally = makeTally();
  let waiting: SessionDate[] = [...plan.keep];
  let inARow = 0;
  /** Why the rest is left for another run. */
  let gaveUp: string | undefined;
  let done = 0;

  async function keep(date: SessionDate, state: Partial<DayState> & Pick<DayState, 'status'>): Promise<void> {
    const before = days.get(date) ?? { ...EMPTY_DAY };
    const next: DayState = { ...EMPTY_DAY, ...before, why: null, ...state, atMs: ports.clock.nowMs() };
    days.set(date, next);
    await saveDay(ports.items, exchange, date, next);
  }

  async function download(date: SessionDate): Promise<void> {
    const attempts = (days.get(date)?.attempts ?? 0) + 1;
    try {
      const file = await source.sessionFile(date, signal);
      inARow = 0;
      if (file.kind === 'not_published') {
        tally.notPublished.push(date);
        return await keep(date, { status: 'not_published', attempts, why: `none at ${file.tried.join(' or ')}` });
      }
      const { key, sha256 } = await ports.objects.put(`raw/${exchange}`, file.bytes, '.zip');
      const { url } = file.provenance;
      await keep(date, { status: 'downloaded', attempts, sha256, objectKey: key, name: file.name, url });
      waiting.push(date);
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (signal?.aborted === true) return;
      inARow++;
      const why = errorMessage(error);
      const fault = error.context['fault'];
      // Who blocks us is not to be pressed, and who is left alone was not asked at all.
      if (fault === 'denied' || fault === 'breaker_open' || inARow >= GIVE_UP_AFTER) gaveUp = why;
      if (fault === 'breaker_open') return;
      tally.failed.push({ date, why });
      await keep(date, { status: 'failed', attempts, why });
    }
  }

  async function importWaiting(): Promise<void> {
    const dates = waiting.sort();
    waiting = [];
    for (let start = 0; start < dates.length; start += batchSize) {
      await importBatch(dates.slice(start, start + batchSize));
    }
  }

  async function importBatch(dates: readonly SessionDate[]): Promise<void> {
    const files = dates.map((date) => {
      const { name, objectKey } = days.get(date)!;
      return { name: name!, read: () => ports.objects.get(objectKey!) };
    });
    const report = await importFiles(ports, files, { market: exchange, source: 'nse_bhavcopy' });
    tally.add(report);
    for (const date of dates) {
      const { name } = days.get(date)!;
      const mine = report.files.find((file) => file.name === name || file.name.startsWith(`${name}/`));
      const why =
        mine === undefined
          ? 'the import gave no account of it'
          : mine.status === 'imported'
            ? undefined
            : (mine.why ?? mine.status);
      if (why === undefined) {
        tally.stored++;
        await keep(date, { status: 'stored' });
      } else {
        tally.refused.push({ date, why });
        await keep(date, { status: 'refused', why });
      }
    }
  }

  for (const date of plan.ask) {
    if (signal?.aborted === true) break;
    if (gaveUp !== undefined) break;
    options.onProgress?.({
      done,
      total: plan.ask.length,
      date,
      etaMs: etaOf(ports.clock.nowMs() - startedMs, done, plan.ask.length),
    });
    await download(date);
    done++;
    if (waiting.length >= batchSize) await importWaiting();
  }
  await importWaiting();
  const closed = gaveUp === undefined ? await probe(source, plan.probe, tally.failed, signal) : [];
  const report = summarise(options, plan, tally, closed, signal?.aborted === true);
  if (gaveUp === undefined) return report;
  throw new AppError(
    'unavailable',
    `${source.name} cannot be asked further: ${gaveUp} · ${report.stored} sessions were stored, the rest waits for the next run; --retry-failed asks for those that failed too`,
    { retryable: true, context: { stored: report.stored, failed: report.failed.length } },
  );
}

function etaOf(elapsedMs: number, done: number, total: number): number | null {
  return done === 0 ? null : Math.round((elapsedMs / done) * (total - done));
}

/** Closed days on which a file lies nevertheless. It is not imported: INGEST would refuse its rows. */
async function probe(
  source: MarketFileSource,
  dates: readonly SessionDate[],
  failed: Tally['failed'],
  signal: AbortSignal | undefined,
): Promise<SessionDate[]> {
  const found: SessionDate[] = [];
  const isStopped = (): boolean => signal?.aborted === true;
  for (const date of dates) {
    if (isStopped()) break;
    try {
      const file = await source.sessionFile(date, signal);
      if (file.kind === 'published') found.push(date);
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (!isStopped()) failed.push({ date, why: errorMessage(error) });
    }
  }
  return found;
}

interface Tally {
  stored: number;
  rows: number;
  quarantined: number;
  manifestHash: string | null;
  readonly notPublished: SessionDate[];
  readonly refused: { date: SessionDate; why: string }[];
  readonly failed: { date: SessionDate; why: string }[];
  add(report: ImportReport): void;
}

function makeTally(): Tally {
  const tally: Tally = {
    stored: 0,
    rows: 0,
    quarantined: 0,
    manifestHash: null,
    notPublished: [],
    refused: [],
    failed: [],
    add(report) {
      tally.rows += report.stored;
      tally.quarantined += Object.values(report.quarantined).reduce((sum, count) => sum + (count ?? 0), 0);
      tally.manifestHash = report.manifestHash;
    },
  };
  return tally;
}

function summarise(
  { from, to }: BackfillOptions,
  plan: BackfillPlan,
  tally: Tally,
  publishedOnClosedDay: readonly SessionDate[],
  interrupted: boolean,
): BackfillReport {
  const { stored, rows, quarantined, manifestHash, notPublished, refused, failed } = tally;
  const sessions = plan.ask.length + plan.keep.length + plan.done + plan.leftAlone.length;
  const counted = { sessions, before: plan.done, stored, rows, quarantined, manifestHash };
  return {
    from,
    to,
    ...counted,
    notPublished,
    refused,
    failed,
    leftAlone: plan.leftAlone,
    publishedOnClosedDay,
    interrupted,
  };
}
