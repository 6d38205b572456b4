import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LatestSignals, readinessWords } from '@aion/contracts';
import type { Item } from '@aion/core';
import { listBundles } from '@aion/forecast';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import { chartKeyOf, listRuns, loadPointer, loadPublished, loadReadinessHistory } from '@aion/pipeline';
import type { Embedded } from '@aion/runtime';
import { loadSessionSignals } from '@aion/signals';
import { daily, openHome, removeFolders, runCli, TESTER } from './embedded-home.ts';
import { filesUnder } from './old-home/packed.ts';
import { oldHome, type Told } from './old-home/told.ts';

const NEXT_SESSION = '2026-02-27';
let folder: string;
let told: Told;
let opened: Embedded[];
beforeEach(() => {
  ({ home: folder, told } = oldHome());
  opened = [];
});
afterEach(() => {
  for (const home of opened) home.close();
});
afterAll(removeFolders);

function open(): Embedded {
  const home = openHome(folder);
  opened.push(home);
  return home;
}
const says = async (...args: string[]): Promise<unknown> => {
  const { code, stderr, json } = await runCli(folder, [...args, '--json']);
  expect(code, stderr).toBe(0);
  return json();
};
/** Items of the state with their bodies as text, by table and key. */
const itemsOf = ({ state }: Embedded): Map<string, string> =>
  new Map(
    state.db
      .prepare('SELECT tbl, pk, sk, body FROM items ORDER BY tbl, pk, sk')
      .all()
      .map((row) => [`${String(row['tbl'])} ${String(row['pk'])} | ${String(row['sk'])}`, String(row['body'])]),
  );

describe('a home that an older version left', () => {
  it('opens, its track record is whole, and everything that was said of it is said again', async () => {
    expect(await says('ledger', 'verify')).toEqual(told.ledger);
    const list = LatestSignals.parse(await says('signals', '--limit', '100'));
    const inWords = list.signals.map((signal) => ({
      ...signal,
      ...(signal.access === 'full' && signal.readiness !== null
        ? { readiness: { ...signal.readiness, reasons: signal.readiness.reasons.map(readinessWords) } }
        : {}),
    }));
    const worded = told.signals.signals.map((signal) => ({
      ...signal,
      // It knew of none.
      warnings: [],
      ...(signal.readiness === null
        ? {}
        : { readiness: { ...signal.readiness, reasons: signal.readiness.reasons.map(({ title }) => title) } }),
    }));
    expect({ ...list, signals: inWords }).toEqual({ ...told.signals, signals: worded });
    expect(await says('alerts', 'list')).toEqual(told.alerts);
    expect(await says('user', 'show', told.admin)).toEqual(told.user);
    expect(await says('flag', 'list')).toEqual(told.flags);
    expect(await says('kill')).toEqual(told.kill);
  });

  it('has its runs with who asked for them, its charts, and refinements whose reasons are codes now', async () => {
    const home = open();
    const { runs } = await listRuns(home.items, 'NSE', { limit: 10 });
    expect(runs.map(({ run, steps }) => [run.id, run.status, run.triggeredBy, steps.length])).toEqual([
      [told.hourly.runId, 'succeeded', 'schedule', 1],
      [told.daily.runId, 'succeeded', told.admin, 16],
    ]);
    const pointer = (await loadPublished(home.items, 'NSE', told.session, 1))!;
    let refined = 0;
    for (const { id } of told.signals.signals) {
      await home.objects.get((await chartKeyOf(home.objects, pointer, id))!);
      for (const { reasons } of await loadReadinessHistory(home.items, id)) {
        refined++;
        expect(reasons.map(({ code }) => code)).not.toContain('sentence');
      }
    }
    expect(refined).toBeGreaterThan(1);
  });

  it('goes on with the next session, and nothing of before is lost or changed', async () => {
    const objects = filesUnder(join(folder, 'objects'));
    const bytes = new Map(objects.map((path) => [path, readFileSync(join(folder, 'objects', path))]));
    const home = open();
    const before = itemsOf(home);
    const signals = await loadSessionSignals(home.items, 'NSE', told.session);

    const run = await daily(home, { sessionDate: NEXT_SESSION });
    expect(run).toMatchObject({ status: 'succeeded', sessionDate: NEXT_SESSION, revision: 1 });
    expect(await loadPointer(home.items, 'NSE')).toMatchObject({ sessionDate: NEXT_SESSION, runId: run.id });
    await executeRun(home, await prepareRun(home, { kind: 'hourly', sessionDate: NEXT_SESSION, actor: TESTER }));
    await executeRun(home, await prepareRun(home, { kind: 'post-market', sessionDate: NEXT_SESSION, actor: TESTER }));

    const after = itemsOf(home);
    expect([...before.keys()].filter((key) => !after.has(key))).toEqual([]);
    // What stands for the newest of its kind moves on; everything else stays as it was.
    expect([...before].filter(([key, body]) => after.get(key) !== body).map(([key]) => key)).toEqual([
      'product EVENTS#NSE | HEAD',
      'product LATEST#NSE | POINTER',
      'product LATEST#NSE | READINESS',
      'product LATEST#NSE | RUN',
      'product LEDGER#NSE | HEAD',
      'product MODELS#swing | ALIASES',
    ]);
    for (const [path, content] of bytes)
      expect(readFileSync(join(folder, 'objects', path)).equals(content), path).toBe(true);
    expect(await loadSessionSignals(home.items, 'NSE', told.session)).toEqual(signals);

    const { buy, sell } = run.summary!;
    expect(buy + sell).toBeGreaterThan(0);
    // The older program's stub reads another input: this one's serves, and the older one can still be looked at.
    const { aliases, versions } = await listBundles(home.items);
    expect([aliases.previous, versions.length]).toEqual(['stub-1', 2]);
    expect(await says('ledger', 'verify')).toMatchObject({ ok: true, entries: told.ledger.entries + buy + sell });
  });

  it('is not believed where a word of its record was changed', async () => {
    const home = open();
    const { items } = await home.items.query({ table: 'product', pk: 'DAY#NSE#20260226', prefix: 'SIG#' });
    const { rev: _, ...item }: Item & { rev?: number } = items[0]!;
    const body = JSON.parse(
      JSON.stringify(item.body).replace(/"confidence":[\d.]+/, '"confidence":0.9'),
    ) as Item['body'];
    await home.items.put({ ...item, body });
    const { code, stdout } = await runCli(folder, ['ledger', 'verify', '--json']);
    expect([code, stdout]).toEqual([5, expect.stringContaining('"ok":false')]);
  });
});
