import { cpSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { readinessWords } from '@aion/contracts';
import { hashOf } from '@aion/core';
import { runHourly, executeRun, prepareRun } from '@aion/jobs/runs';
import { loadCalendar, type IntradayBars } from '@aion/market';
import {
  lakeVersionOf,
  loadReadiness,
  loadReadinessHistory,
  loadRun,
  type PipelinePorts,
  type ReadinessOverlay,
} from '@aion/pipeline';
import { saveProfile } from '@aion/jobs';
import { type Embedded } from '@aion/runtime';
import { loadActiveSignals, type PublishedSignal } from '@aion/signals';
import {
  daily,
  newFolder,
  openHome,
  removeFolders,
  runCli,
  simulatedHome,
  TESTER,
  TWO_SHARDS,
} from './embedded-home.ts';

const SESSION = '2026-02-27';
let prepared: string;
let home: Embedded;
let active: PublishedSignal[];

beforeAll(async () => {
  const made = await simulatedHome('hourly', TWO_SHARDS);
  await daily(made);
  prepared = made.loaded.home;
  made.close();
});
beforeEach(async () => {
  const folder = newFolder('hourly-copy');
  cpSync(prepared, folder, { recursive: true });
  home = openHome(folder);
  active = await loadActiveSignals(home.items, 'NSE', '2026-02-27');
});
afterEach(() => home.close());
afterAll(removeFolders);

async function hourly(
  change: (ports: PipelinePorts) => Partial<PipelinePorts> = () => ({}),
): Promise<ReadinessOverlay> {
  const run = await prepareRun(home, { kind: 'hourly', actor: TESTER });
  const ports = await home.pipeline();
  const version = `${await lakeVersionOf(home.ingest, 'NSE')} ${run.id}`;
  await runHourly({ ...ports, ...change(ports) }, run, version);
  return (await loadReadiness(home, 'NSE'))!;
}
/** State and reasons by signal, without the instant at which they were found. */
const found = (overlay: ReadinessOverlay): Record<string, unknown> =>
  Object.fromEntries([...overlay.bySignal].map(([id, { state, reasons }]) => [id, { state, reasons }]));
const buys = (): string[] =>
  active
    .filter(({ signal }) => signal.side === 'BUY')
    .map(({ signal }) => signal.id)
    .sort();
const dump = (embedded: Embedded): Map<string, string> =>
  new Map(
    embedded.state.db
      .prepare('SELECT tbl, pk, sk, rev, body FROM items')
      .all()
      .map((row) => [`${String(row['pk'])} | ${String(row['sk'])}`, `${String(row['rev'])} ${String(row['body'])}`]),
  );

describe('the hourly run', () => {
  it('gives every BUY READY_TO_ENTER or WAIT with its reasons, and a SELL nothing', async () => {
    const overlay = await hourly();
    expect(active.some(({ signal }) => signal.side === 'SELL')).toBe(true);
    expect([...overlay.bySignal.keys()].sort()).toEqual(buys());
    for (const [id, readiness] of overlay.bySignal) {
      expect(['READY_TO_ENTER', 'WAIT']).toContain(readiness.state);
      expect(readiness.reasons.length).toBeGreaterThan(0);
      for (const reason of readiness.reasons) expect(readinessWords(reason).length).toBeGreaterThan(10);
      expect(Object.keys(readiness).sort()).toEqual(['asOfMs', 'reasons', 'state']);
      expect(await loadReadinessHistory(home.items, id)).toEqual([readiness]);
    }
  });

  it('changes nothing else of the state: no signal is new, flipped, changed or gone', async () => {
    const before = dump(home);
    const hash = hashOf(active);
    await hourly();
    expect(hashOf(await loadActiveSignals(home.items, 'NSE', '2026-02-27'))).toBe(hash);
    const after = dump(home);
    const touched = [...after].filter(([key, value]) => before.get(key) !== value).map(([key]) => key);
    const own = /^(RUN#NSE-\d+-hourly-|STAGE#|LATEST#NSE \| (READINESS|RUN)|SIG#[a-z2-7]+ \| READY#)/;
    expect(touched.filter((key) => !own.test(key))).toEqual([]);
    expect(touched.length).toBeGreaterThan(buys().length);
    expect([...before.keys()].filter((key) => !after.has(key))).toEqual([]);
  });

  it('loads no model', async () => {
    let asked = 0;
    await hourly(() => ({
      models: {
        load: async () => {
          asked++;
          throw new Error('the hourly run loads no model');
        },
      },
    }));
    expect(asked).toBe(0);
    // The same loader does stop a daily run: the guard bites.
    const refusing = {
      ...home,
      pipeline: async () => ({
        ...(await home.pipeline()),
        codeHash: 'new',
        models: { load: async () => Promise.reject(new Error('no models')) },
      }),
    };
    await expect(daily(refusing)).rejects.toThrow('no models');
  });

  it('without hourly bars every BUY waits, because there is no intraday', async () => {
    await home.items.delete({ table: 'product', pk: 'LAKE#NSE', sk: 'MANIFEST#hourly' });
    const overlay = await hourly();
    expect([...overlay.bySignal.keys()].sort()).toEqual(buys());
    for (const { state, reasons } of overlay.bySignal.values()) {
      expect({ state, codes: reasons.map(({ code }) => code) }).toEqual({ state: 'WAIT', codes: ['no_intraday'] });
    }
    // Nothing was looked at, and neither the run nor the list says that anything speaks against a signal.
    const run = await prepareRun(home, { kind: 'hourly', actor: TESTER });
    await executeRun(home, run);
    const { steps } = await loadRun(home.items, run.id);
    expect(steps[0]?.figures).toEqual({ signals: active.length, 'not checked': buys().length });
    const listed = (await runCli(home.loaded.home, ['signals', '--limit', '100'])).stdout;
    expect([listed.match(/not checked/g)?.length, listed.includes('WAIT')]).toEqual([buys().length, false]);
  });

  it('before the first hourly bar of the session has closed every BUY waits, although older bars exist', async () => {
    const { openMs } = loadCalendar('NSE').session(SESSION) as { openMs: number };
    await saveProfile(home.items, { simulated: true, asOfMs: openMs + 30 * 60_000 });
    for (const { reasons } of (await hourly()).bySignal.values()) expect(reasons[0]?.code).toBe('no_intraday');
  });

  it('in a later session waits for its bars: those of the day before are not fresh', async () => {
    const monday = '2026-03-02';
    const { openMs } = loadCalendar('NSE').session(monday) as { openMs: number };
    await saveProfile(home.items, { simulated: true, asOfMs: openMs + 2 * 3_600_000 });
    const run = await prepareRun(home, { kind: 'hourly', actor: TESTER });
    expect(run.sessionDate).toBe(monday);
    const overlay = await hourly();
    expect([...overlay.bySignal.keys()].sort()).toEqual(buys());
    for (const { state, reasons } of overlay.bySignal.values())
      expect([state, reasons[0]?.code]).toEqual(['WAIT', 'no_intraday']);
    // An older session is looked at as of its close, and does not replace what is newer.
    const older = await prepareRun(home, { kind: 'hourly', sessionDate: SESSION, actor: TESTER });
    await expect(executeRun(home, older)).rejects.toThrow(/a refinement of 2026-03-02 is served/);
  });

  it('of a session that is over is made as of its close', async () => {
    const reference = found(await hourly());
    const { closeMs } = loadCalendar('NSE').session(SESSION) as { closeMs: number };
    await saveProfile(home.items, { simulated: true, asOfMs: closeMs + 4 * 86_400_000 });
    await executeRun(home, await prepareRun(home, { kind: 'hourly', sessionDate: SESSION, actor: TESTER }));
    const overlay = (await loadReadiness(home, 'NSE'))!;
    expect(overlay.asOfMs).toBe(closeMs);
    expect(found(overlay)).toEqual(reference);
  });

  it('refuses a day without a session before a run exists, and one that has not opened', async () => {
    await expect(prepareRun(home, { kind: 'hourly', sessionDate: '2026-02-28', actor: TESTER })).rejects.toThrow(
      /is no NSE session .*the last session before it is 2026-02-27/,
    );
    const run = await prepareRun(home, { kind: 'hourly', sessionDate: '2026-03-02', actor: TESTER });
    await expect(executeRun(home, run)).rejects.toThrow(/has not opened yet; the current one is 2026-02-27/);
    expect((await loadRun(home.items, run.id)).run.status).toBe('failed');
  });

  it('a signal whose time has passed is never ready, whatever its bars say', async () => {
    const ready = [...(await hourly()).bySignal]
      .filter(([, { state }]) => state === 'READY_TO_ENTER')
      .map(([id]) => id);
    const endAt = async (validUntil: string): Promise<Record<string, unknown>> => {
      const days = await home.items.query({ table: 'product', pk: 'DAY#NSE#20260227', prefix: 'SIG#' });
      for (const { rev: _rev, ...item } of days.items) {
        const { signal, ...rest } = item.body as unknown as PublishedSignal;
        if (signal.plan === null) continue;
        const body = { ...rest, signal: { ...signal, plan: { ...signal.plan, validUntil } } };
        await home.items.put({ ...item, body: body as unknown as Record<string, unknown> });
      }
      return found(await hourly());
    };
    const last = await endAt(SESSION);
    expect(ready.length).toBeGreaterThan(0);
    for (const id of ready) expect(last[id]).toMatchObject({ state: 'READY_TO_ENTER' });
    const passed = await endAt('2026-02-26');
    for (const id of ready) {
      expect(passed[id]).toMatchObject({ state: 'WAIT', reasons: [{ code: 'expired' }] });
    }
  });

  it('knows nothing of bars after now: whatever they say, the result is the same', async () => {
    const { openMs } = loadCalendar('NSE').session(SESSION) as { openMs: number };
    const nowMs = openMs + 3.5 * 3_600_000;
    await saveProfile(home.items, { simulated: true, asOfMs: nowMs });
    const withBars = (edit: (bars: IntradayBars) => IntradayBars) => (ports: PipelinePorts) => ({
      market: {
        ...ports.market,
        hourly: async (from: number, to: number) => (await ports.market.hourly(from, to)).map(edit),
      },
    });
    const cutAt = (bars: IntradayBars): number => bars.openTimeMs.findIndex((ms) => ms + 3_600_000 > nowMs);
    const plain = found(await hourly());
    expect(Object.keys(plain)).toEqual(Object.keys(found(await hourly())));
    const garbled = await hourly(
      withBars((bars) => {
        const scale = (column: Float64Array): Float64Array =>
          column.map((value, i) => (i >= cutAt(bars) ? value * 7 : value));
        return {
          ...bars,
          open: scale(bars.open),
          high: scale(bars.high),
          low: scale(bars.low),
          close: scale(bars.close),
        };
      }),
    );
    expect(found(garbled)).toEqual(plain);
    const cut = await hourly(
      withBars((bars) => {
        const end = cutAt(bars);
        const columns = {
          openTimeMs: bars.openTimeMs,
          open: bars.open,
          high: bars.high,
          low: bars.low,
          close: bars.close,
          volumeShares: bars.volumeShares,
        };
        expect(end).toBeGreaterThan(0);
        return {
          ...bars,
          ...(Object.fromEntries(
            Object.entries(columns).map(([name, column]) => [name, column.subarray(0, end)]),
          ) as typeof columns),
        };
      }),
    );
    expect(found(cut)).toEqual(plain);
    // A bar that has closed does count: the check above can fail.
    const closedToo = await hourly(
      withBars((bars) => ({
        ...bars,
        close: bars.close.map((value) => value * 7),
        high: bars.high.map((value) => value * 7),
      })),
    );
    expect(found(closedToo)).not.toEqual(plain);
  });

  it('leaves the overlay of the run before in place until a new one is whole', async () => {
    const first = await hourly();
    const failing = hourly((ports) => ({
      market: { ...ports.market, hourly: async () => Promise.reject(new Error('the lake is gone')) },
    }));
    await expect(failing).rejects.toThrow('the lake is gone');
    expect(await loadReadiness(home, 'NSE')).toEqual(first);
  });

  it('has nothing to do before anything was published, and says so', async () => {
    const empty = await simulatedHome('hourly-empty');
    const run = await prepareRun(empty, { kind: 'hourly', actor: TESTER });
    await executeRun(empty, run);
    const { steps } = await loadRun(empty.items, run.id);
    expect(steps[0]?.figures).toEqual({ signals: 0 });
    empty.close();
  });
});
