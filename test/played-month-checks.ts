import { fromEpochDay, makeFrozenClock, makeRng, queryAll, toEpochDay, type SessionDate } from '@aion/core';
import { alertHistory } from '@aion/jobs/alerts';
import { JOB_NAMES } from '@aion/jobs/timetable';
import { SIMULATION_AS_OF, SIMULATION_SEED, sessionsToPlay, type Embedded } from '@aion/runtime';
import { loadCalendar, loadOrigin, makeSimulatedRecords, readManifest, readTable } from '@aion/market';
import { readRecords } from '@aion/market/records';
import { listRuns, loadPointer, type RunRecord } from '@aion/pipeline';
import { loadActiveSignals, loadWhyNow } from '@aion/signals';
import { expect } from 'vitest';
import { runCli } from './embedded-home.ts';

const calendar = loadCalendar('NSE');
const FIRST = (sessions: number): SessionDate => calendar.previousSession(SIMULATION_AS_OF, sessions - 1);

/** What must be true of a home after its last sessions were played: all of it is there, once, and the product says so. */
export async function checkPlayed(home: Embedded, sessions: number): Promise<void> {
  const dates = calendar.sessionsBetween(FIRST(sessions), SIMULATION_AS_OF);
  expect(dates.length).toBe(sessions);
  await checkBars(home, dates);
  await checkRuns(home, dates);
  await checkRecords(home, dates[0]!);
  await checkAlerts(home, dates);
}

/** Each session's bars as the exchange published them, once, and its hours for the shares of active signals. */
async function checkBars({ ingest }: Embedded, dates: readonly SessionDate[]): Promise<void> {
  const days = new Set(dates.map(toEpochDay));
  for (const series of ['daily', 'index', 'hourly'] as const) {
    const table = await readTable(ingest, await readManifest(ingest, 'NSE', series), { provenance: true });
    const seen = new Map<string, number>();
    for (let row = 0; row < table.close.length; row++) {
      if (!days.has(table.sessionDay[row]!)) continue;
      const key = `${table.symbols[table.symbolIndex[row]!]} ${table.sessionDay[row]} ${table.openMinute?.[row] ?? ''}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.values()].filter((count) => count > 1)).toEqual([]);
    const held = new Set([...seen.keys()].map((key) => fromEpochDay(Number(key.split(' ')[1]))));
    expect([series, [...held].sort()]).toEqual([series, dates]);
  }
}

async function checkRuns({ items }: Embedded, dates: readonly SessionDate[]): Promise<void> {
  const runs: RunRecord[] = [];
  for (let after: string | undefined; ;) {
    const page = await listRuns(items, 'NSE', { limit: 100, ...(after === undefined ? {} : { after }) });
    runs.push(...page.runs.map(({ run }) => run));
    if (page.next === undefined) break;
    after = page.next;
  }
  expect(runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  for (const date of dates) {
    const kinds = runs.filter(({ sessionDate }) => sessionDate === date).map(({ kind }) => kind);
    const count = (kind: string): number => kinds.filter((one) => one === kind).length;
    expect([date, count('daily'), count('hourly'), count('post-market')]).toEqual([date, 1, 7, 1]);
  }
  expect((await loadPointer(items, 'NSE'))?.sessionDate).toBe(dates.at(-1));
}

/** News and trades of insiders as they were told, none lost and none twice, whatever was down meanwhile. */
async function checkRecords({ items, objects, profile }: Embedded, first: SessionDate): Promise<void> {
  const { asOfMs } = await profile();
  const fromMs = Date.parse(`${first}T00:00:00+05:30`);
  const { instruments } = sessionsToPlay({ untilMs: 0, symbols: 40, sessions: 320, hourlySessions: 30 }, asOfMs!);
  const told = makeSimulatedRecords(instruments, makeRng(`${SIMULATION_SEED}/records`), makeFrozenClock(asOfMs!));
  const request = {
    exchange: 'NSE',
    symbols: [],
    fromMs,
    toMs: Date.parse(`${SIMULATION_AS_OF}T22:00:00+05:30`),
  } as const;
  const wanted = (await told.records.fetch({ ...request, kind: 'news' })).records.map(({ id }) => id).sort();
  const stored = (await readRecords({ items, objects }, { kind: 'news', asOfMs: request.toMs, fromMs })).map(
    ({ id }) => id,
  );
  expect(wanted.length).toBeGreaterThan(0);
  expect(stored.sort()).toEqual(wanted);
}

/** On the bus once each, of every session; and kept with the active signals that they are about. */
async function checkAlerts(home: Embedded, dates: readonly SessionDate[]): Promise<void> {
  const { events } = await alertHistory(home, 'NSE', {
    from: dates[0]!,
    to: dates.at(-1)!,
    superseded: false,
  });
  expect(new Set(events.map(({ alert }) => alert.id)).size).toBe(events.length);
  const sessions = new Set(events.map(({ alert }) => alert.sessionDate));
  expect(dates.filter((date) => !sessions.has(date))).toEqual([]);
  const recent = calendar.previousSession(SIMULATION_AS_OF, 4);
  const { events: last } = await alertHistory(home, 'NSE', { from: recent, to: SIMULATION_AS_OF, superseded: false });
  let told = 0;
  for (const { signal } of await loadActiveSignals(home.items, 'NSE', SIMULATION_AS_OF)) {
    const types = new Set(last.flatMap(({ alert }) => (alert.symbol === signal.symbol ? [alert.type] : [])));
    const kept = (await loadWhyNow(home.items, signal.id))?.alerts ?? [];
    expect([signal.symbol, kept.map(({ type }) => type).sort()]).toEqual([signal.symbol, [...types].sort()]);
    told += kept.length;
  }
  expect(told).toBeGreaterThan(5);
}

/** While the market goes on: every job that a market has is known to have ended well, and none is overdue. */
export async function checkDoctor(home: Embedded): Promise<void> {
  const told = await runCli(home.loaded.home, ['doctor', '--json']);
  const { checks } = told.json<{ checks: { name: string; ok: boolean; detail: string }[] }>();
  const jobs = checks.filter(({ name }) => name.startsWith('job '));
  const ill = jobs.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  const never = jobs.filter(({ detail }) => !detail.includes('ended well')).map(({ name }) => name);
  expect(jobs.length).toBe(JOB_NAMES.length);
  expect(ill).toEqual([]);
  // Those of the wall clock wait for its night; nothing is trained yet.
  expect(never).toEqual(['job retrain', 'job lake-care', 'job billing']);
}

/** What the operator was told of a job, by its subject. */
export async function mailsAbout({ items }: Embedded, job: string): Promise<string[]> {
  const mails = await queryAll(items, { table: 'ephemeral', pk: 'OUTBOX' }, 500);
  return mails.map(({ body }) => String(body['subject'])).filter((subject) => subject.startsWith(job));
}

/** Which sources a session's daily bars are from. */
export async function sourcesOn({ ingest, items }: Embedded, date: SessionDate): Promise<string[]> {
  const day = toEpochDay(date);
  const manifest = await readManifest(ingest, 'NSE', 'daily');
  const { provenance, close } = await readTable(ingest, manifest, { provenance: true, fromDay: day, toDay: day });
  const ids = new Set(Array.from(close, (_, row) => provenance!.ids[provenance!.index[row]!]!));
  const origins = await Promise.all([...ids].map((id) => loadOrigin(items, 'NSE', id)));
  return origins.map((origin) => origin?.source ?? 'unknown').sort();
}
