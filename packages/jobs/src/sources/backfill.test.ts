import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, makeFrozenClock, type SessionDate, sha256Hex } from '@aion/core';
import {
  archivePartitions,
  type IngestPorts,
  listQuarantine,
  loadCalendar,
  readManifest,
  restorePartitions,
} from '@aion/market';
import type { MarketFile, MarketFileSource } from '@aion/market/sources';
import { takeLease } from '@aion/pipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cmCsv, udiffCsv, zipOf } from '../../../adapters/test/vendor-shapes.ts';
import { composeEmbedded, type Embedded } from '@aion/runtime/embedded/compose-embedded';
import { loadConfig } from '@aion/runtime/embedded/load-config';
import { backfill } from './backfill.ts';
import { loadDays } from './backfill-state.ts';
import type { Sources } from './sources.ts';
import { runBackfill } from './run-backfill.ts';

const clock = makeFrozenClock(Date.parse('2026-02-27T14:00:00Z'));
let home: string;
let embedded: Embedded;
let ports: IngestPorts;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'aion-backfill-'));
  embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, home));
  ports = { ...embedded.ingest, clock };
});
afterEach(() => {
  embedded.close();
  rmSync(home, { recursive: true, force: true });
});

const published = (date: SessionDate, text?: string): MarketFile => {
  const month = ['JAN', 'FEB'][Number(date.slice(5, 7)) - 1];
  const close = 100 + Number(date.slice(8));
  const rows = [
    ['TCS', close],
    ['INFY', close + 500],
  ] as const;
  const udiff = date >= '2024-07-08';
  const csv = text ?? (udiff ? udiffCsv(date, rows) : cmCsv(`${date.slice(8)}-${month}-${date.slice(0, 4)}`, rows));
  const bytes = zipOf('bhav.csv', csv);
  const provenance = {
    source: 'nse',
    url: `https://nse.test/${date}`,
    fetchedMs: clock.nowMs(),
    sha256: sha256Hex(bytes),
  };
  return { kind: 'published', name: `bhav-${date}.csv.zip`, bytes, provenance };
};

/** A source that answers as it is told and remembers what it was asked. */
function makeSource(
  answer: (date: SessionDate) => MarketFile | Promise<MarketFile>,
): MarketFileSource & { asked: SessionDate[] } {
  const asked: SessionDate[] = [];
  return {
    name: 'nse',
    exchange: 'NSE',
    asked,
    indexBars: async () => null,
    async sessionFile(date) {
      asked.push(date);
      return answer(date);
    },
  };
}
const FEBRUARY = { from: '2026-02-02', to: '2026-02-27' };
const sessions = loadCalendar('NSE').sessionsBetween(FEBRUARY.from, FEBRUARY.to);
const ill = (fault: string): Promise<never> =>
  Promise.reject(new AppError('unavailable', `nse: ${fault}`, { retryable: true, context: { fault } }));

describe('backfill', () => {
  it('asks for each session of the calendar once, stores its rows, and asks for nothing the second time', async () => {
    const source = makeSource(published);
    const report = await backfill(ports, source, FEBRUARY);
    expect(source.asked).toEqual(sessions);
    expect(report).toMatchObject({
      sessions: sessions.length,
      stored: sessions.length,
      rows: sessions.length * 2,
      failed: [],
    });
    const days = await loadDays(ports.items, 'NSE', FEBRUARY.from, FEBRUARY.to);
    for (const date of sessions) {
      expect(days.get(date)).toMatchObject({
        status: 'stored',
        attempts: 1,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
    const again = makeSource(published);
    expect(await backfill(ports, again, FEBRUARY)).toMatchObject({ before: sessions.length, stored: 0 });
    expect(again.asked).toEqual([]);
  });

  it('gives the same lake whatever the batches and wherever it was interrupted', async () => {
    const whole = await backfill(ports, makeSource(published), FEBRUARY);
    for (const batch of [1, 3, 7]) {
      const folder = mkdtempSync(join(tmpdir(), 'aion-backfill-'));
      const other = composeEmbedded(loadConfig({ AION_HOME: folder, AION_LOG_LEVEL: 'silent' }, folder));
      const own = { ...other.ingest, clock };
      const stop = new AbortController();
      let count = 0;
      const source = makeSource((date) => {
        if (++count === batch + 2) stop.abort(new Error('interrupted'));
        return published(date);
      });
      const first = await backfill(own, source, { ...FEBRUARY, batch, signal: stop.signal });
      expect(first).toMatchObject({ interrupted: true, stored: batch + 2 });
      const second = await backfill(own, makeSource(published), { ...FEBRUARY, batch });
      expect(first.stored + second.stored).toBe(sessions.length);
      expect((await readManifest(own, 'NSE')).hash).toBe(whole.manifestHash);
      other.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('imports what was downloaded before a crash without asking for it again', async () => {
    const failing = { ...ports, codec: { ...ports.codec, encode: () => Promise.reject(new Error('disk full')) } };
    await expect(backfill(failing, makeSource(published), { ...FEBRUARY, batch: 3 })).rejects.toThrow('disk full');
    const source = makeSource(published);
    expect(await backfill(ports, source, FEBRUARY)).toMatchObject({
      stored: sessions.length,
      rows: sessions.length * 2,
    });
    expect(source.asked).toEqual(sessions.slice(3));
  });

  it('reads the layout that the date had', async () => {
    const range = { from: '2017-01-30', to: '2017-02-02' };
    const report = await backfill(ports, makeSource(published), range);
    expect(report).toMatchObject({ stored: 4, rows: 8, refused: [] });
  });

  it('tells a day that is not published from one that failed, and asks again only when told to', async () => {
    const [unpublished, broken] = [sessions[1]!, sessions[3]!];
    const source = makeSource((date) =>
      date === unpublished
        ? { kind: 'not_published', tried: ['/a'] }
        : date === broken
          ? ill('timeout')
          : published(date),
    );
    const report = await backfill(ports, source, FEBRUARY);
    expect(report).toMatchObject({
      stored: sessions.length - 2,
      notPublished: [unpublished],
      failed: [{ date: broken, why: 'nse: timeout' }],
    });
    const calm = makeSource(published);
    expect(await backfill(ports, calm, FEBRUARY)).toMatchObject({ stored: 0, leftAlone: [unpublished, broken] });
    expect(calm.asked).toEqual([]);
    expect(await backfill(ports, calm, { ...FEBRUARY, retryFailed: true })).toMatchObject({ stored: 2, leftAlone: [] });
    const days = await loadDays(ports.items, 'NSE', FEBRUARY.from, FEBRUARY.to);
    expect(days.get(broken)).toMatchObject({ status: 'stored', attempts: 2, why: null });
  });

  it('asks again by itself for a file of the last days: it may only be late', async () => {
    const source = makeSource((date) =>
      date === '2026-02-27' ? { kind: 'not_published', tried: ['/a'] } : published(date),
    );
    await backfill(ports, source, FEBRUARY);
    expect(await backfill(ports, makeSource(published), FEBRUARY)).toMatchObject({ stored: 1 });
  });

  it('keeps what INGEST refuses out of the lake, with its reason', async () => {
    const mixed = `${udiffCsv('2026-02-04', [['TCS', 1]])}${udiffCsv('2026-02-05', [['TCS', 1]]).split('\n')[1]}\n`;
    const bad = udiffCsv('2026-02-05', [
      ['TCS', 104],
      ['INFY', 0.5],
    ]);
    const source = makeSource((date) =>
      published(date, date === '2026-02-04' ? mixed : date === '2026-02-05' ? bad : undefined),
    );
    const report = await backfill(ports, source, FEBRUARY);
    expect(report.refused).toMatchObject([{ date: '2026-02-04', why: expect.stringContaining('one session') }]);
    // INFY's low is below zero on that day.
    expect(report.quarantined).toBe(1);
    expect((await listQuarantine(ports, 'NSE', { limit: 10 })).entries.map(({ kind }) => kind).sort()).toEqual([
      'refused',
      'rows',
    ]);
  });

  it('refuses a day of an archived year with that reason, stores the others, and takes it once the year is back', async () => {
    const old = { from: '2017-01-30', to: '2017-01-31' };
    await backfill(ports, makeSource(published), { from: old.from, to: old.from });
    await archivePartitions(ports, 'NSE', 'daily', ['2017']);
    expect(await backfill(ports, makeSource(published), old)).toMatchObject({
      stored: 0,
      refused: [{ date: old.to, why: expect.stringMatching(/archived.*aion lake restore/) }],
    });
    const days = await loadDays(ports.items, 'NSE', old.from, old.to);
    expect(days.get(old.to)).toMatchObject({ status: 'refused', why: expect.stringContaining('archived') });
    expect(await backfill(ports, makeSource(published), FEBRUARY)).toMatchObject({ stored: sessions.length });
    await restorePartitions(ports, 'NSE', 'daily', ['2017']);
    expect(await backfill(ports, makeSource(published), { ...old, retryFailed: true })).toMatchObject({ stored: 1 });
  });

  it.each([
    ['breaker_open', 0],
    ['denied', 1],
    ['timeout', 8],
  ])('leaves the source alone after %s, and what was downloaded is stored', async (fault, failures) => {
    const source = makeSource((date) => (date > sessions[4]! ? ill(fault) : published(date)));
    await expect(backfill(ports, source, FEBRUARY)).rejects.toMatchObject({
      code: 'unavailable',
      context: { stored: 5, failed: failures },
    });
    expect(source.asked).toHaveLength(5 + Math.max(1, failures));
  });

  it('reports a file that lies on a day which the calendar calls closed, and imports nothing of it', async () => {
    const range = { from: '2026-01-23', to: '2026-01-27' };
    expect(loadCalendar('NSE').isSession('2026-01-26')).toBe(false);
    const source = makeSource(published);
    const report = await backfill(ports, source, { ...range, probeClosed: true });
    expect(report.publishedOnClosedDay).toEqual(['2026-01-26']);
    expect(source.asked).toEqual(['2026-01-23', '2026-01-27', '2026-01-26']);
    expect(report.rows).toBe(4);
    const shy = makeSource((date) => (date === '2026-01-26' ? ill('timeout') : published(date)));
    const checked = await backfill(ports, shy, { ...range, probeClosed: true });
    expect(checked).toMatchObject({ publishedOnClosedDay: [], failed: [{ date: '2026-01-26', why: 'nse: timeout' }] });
  });

  it('runs once at a time: another one is refused while it holds the lease', async () => {
    const own = { name: 'other-host:1:1', isGone: () => false };
    const lease = await takeLease(embedded.items, embedded.clock, 'NSE#backfill', own);
    const source = makeSource(published);
    const sources = { marketFiles: () => source, save: async () => undefined } as unknown as Sources;
    await expect(runBackfill(embedded, sources, FEBRUARY)).rejects.toMatchObject({ code: 'conflict' });
    expect(source.asked).toEqual([]);
    await lease.release();
    expect(await runBackfill(embedded, sources, FEBRUARY)).toMatchObject({ stored: sessions.length });
    await takeLease(embedded.items, embedded.clock, 'NSE#backfill', own);
  });

  it.each([
    [{ from: '2026-02-10', to: '2026-02-02' }, /ends .* before it begins/],
    [{ from: '2026-02-10', to: '2026-03-02' }, /after today \(2026-02-27\)/],
    [{ from: '1990-01-01', to: '1990-02-01' }, /outside the NSE calendar/],
  ])('refuses the range %o by name', async (range, message) => {
    const source = makeSource(published);
    await expect(backfill(ports, source, range)).rejects.toThrow(message);
    expect(source.asked).toEqual([]);
  });

  it('tells how long it will take', async () => {
    const etas: (number | null)[] = [];
    const source = makeSource((date) => {
      clock.advance(1000);
      return published(date);
    });
    await backfill(ports, source, { ...FEBRUARY, onProgress: ({ etaMs }) => void etas.push(etaMs) });
    expect(etas[0]).toBeNull();
    expect(etas[1]).toBe((sessions.length - 1) * 1000);
    expect(etas.at(-1)).toBe(1000);
    clock.set(Date.parse('2026-02-27T14:00:00Z'));
  });
});
