import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRng } from '@aion/core';
import { DAILY_STEPS } from '@aion/jobs/runs';
import { loadPointer, loadRun } from '@aion/pipeline';
import { loadActiveSignals, loadLedger, loadSessionSignals } from '@aion/signals';
import { importPaths, type Embedded } from '@aion/runtime';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import {
  CSV_HEADER,
  csvLines,
  daily,
  newFolder,
  openHome,
  removeFolders,
  runCli,
  spawnCli,
  simulatedHome,
  smallMarket,
} from './embedded-home.ts';

const SESSION = '2026-02-27';
afterAll(removeFolders);

describe('a daily run on the embedded host', () => {
  let home: Embedded;
  let hash: string;
  beforeAll(async () => {
    home = await simulatedHome('daily');
    const run = await daily(home);
    expect(run.status).toBe('succeeded');
    hash = run.summary!.signalsHash;
  });
  afterAll(() => home.close());

  it('publishes signals that were made by every stage, and says of each symbol that is missing why', async () => {
    const pointer = await loadPointer(home.items, 'NSE');
    expect(pointer).toMatchObject({ sessionDate: SESSION, revision: 1 });
    const { run, steps } = await loadRun(home.items, pointer!.runId);
    expect(steps.map((step) => [step.name, step.status])).toEqual(DAILY_STEPS.map(({ name }) => [name, 'done']));
    const summary = run.summary!;
    const rejected = summary.rejected.reduce((sum, entry) => sum + entry.count, 0);
    expect(summary.universe + rejected).toBe(summary.symbolsRead);
    expect(summary.buy + summary.sell + summary.hold).toBe(summary.universe);
    expect(summary.buy).toBeGreaterThan(0);
    expect(summary.sell).toBeGreaterThan(0);
    expect(await verifyStoredLedger(home)).toMatchObject({ ok: true, entries: summary.buy + summary.sell });
  });

  it('marks every signal of stub models on a simulated market as both', async () => {
    const active = await loadActiveSignals(home.items, 'NSE', SESSION);
    expect(active.length).toBeGreaterThan(0);
    for (const { signal } of active) expect(signal).toMatchObject({ standing: 'stub', simulated: true });
  });

  it('run again on the same snapshot does no stage twice and publishes nothing twice', async () => {
    const before = await loadLedger(home.items, 'NSE');
    const again = await daily(home);
    expect(again).toMatchObject({ status: 'succeeded', revision: 1 });
    expect(again.summary!.signalsHash).toBe(hash);
    const { steps } = await loadRun(home.items, again.id);
    expect(new Set(steps.map((step) => step.status))).toEqual(new Set(['reused']));
    expect(await loadLedger(home.items, 'NSE')).toEqual(before);
  });

  it('gives the same signals from a fresh home, and with two workers', async () => {
    const fresh = await simulatedHome('fresh', { AION_WORKERS: '2' });
    expect((await daily(fresh, { workers: 2 })).summary!.signalsHash).toBe(hash);
    fresh.close();
  });

  it('refuses a date that is no session and one without bars, by name', async () => {
    await expect(daily(home, { sessionDate: '2026-02-28' })).rejects.toThrow(
      /2026-02-28 is no NSE session.*last session before it is 2026-02-27/,
    );
    await expect(daily(home, { sessionDate: '2026-03-04' })).rejects.toThrow(
      /no bars of 2026-03-04 are stored; import/,
    );
    await expect(daily(home, { sessionDate: '2031-01-01' })).rejects.toMatchObject({ code: 'outside_calendar' });
  });
});

describe('the snapshot of a run', () => {
  const market = smallMarket(40, 300);
  const lines = csvLines(market.daily);
  const actions = [
    'symbol,ex_date,type,value',
    ...market.actions.map(
      (action) =>
        `${action.symbol},${new Date(action.exDay * 86_400_000).toISOString().slice(0, 10)},${action.kind},${action.value}`,
    ),
  ].join('\n');

  async function runOn(name: string, files: Record<string, string>, sessionDate = SESSION): Promise<string> {
    const folder = newFolder(`${name}-csv`);
    for (const [file, text] of Object.entries({ 'actions.csv': actions, ...files }))
      writeFileSync(join(folder, file), text);
    const home = openHome(newFolder(name));
    try {
      const report = await importPaths(home, [folder]);
      expect(report.refused).toBe(0);
      return (await daily(home, { sessionDate })).summary!.signalsHash;
    } finally {
      home.close();
    }
  }
  const whole = (rows: readonly string[]): string => [CSV_HEADER, ...rows].join('\n');
  let hash: string;
  beforeAll(async () => {
    hash = await runOn('plain', { 'bars.csv': whole(lines) });
  });

  it('does not depend on the order of rows or on how they are split into files', async () => {
    const rng = makeRng('shuffle');
    const shuffled = lines
      .map((line) => [rng.next(), line] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, line]) => line);
    expect(await runOn('shuffled', { 'bars.csv': whole(shuffled) })).toBe(hash);
    const half = Math.floor(shuffled.length / 2);
    expect(
      await runOn('split', { 'a.csv': whole(shuffled.slice(half)), 'z.csv': whole(shuffled.slice(0, half)) }),
    ).toBe(hash);
  });

  it('changes with one changed bar, wherever it is', async () => {
    for (const row of [0, Math.floor(lines.length / 2), lines.length - 1]) {
      const changed = [...lines];
      const cells = changed[row]!.split(',');
      changed[row] = [...cells.slice(0, 6), String(Number(cells[6]) + 1)].join(',');
      expect(await runOn(`changed-${row}`, { 'bars.csv': whole(changed) })).not.toBe(hash);
    }
  });

  it('knows nothing of later bars and later actions: cutting the future off changes no signal', async () => {
    const past = '2026-02-10';
    const cut = lines.filter((line) => line.split(',')[1]! <= past);
    expect(cut.length).toBeLessThan(lines.length);
    expect(await runOn('cut', { 'bars.csv': whole(cut) }, past)).toBe(
      await runOn('uncut', { 'bars.csv': whole(lines) }, past),
    );
  });

  it('a corrected bar makes a new revision; the old signals stay in the record and leave the list', async () => {
    const folder = newFolder('revision-csv');
    writeFileSync(join(folder, 'bars.csv'), whole(lines));
    const home = openHome(newFolder('revision'));
    await importPaths(home, [folder]);
    const first = await daily(home);
    const row = lines.findLastIndex((line) => line.includes(SESSION));
    const cells = lines[row]!.split(',');
    writeFileSync(join(folder, 'bars.csv'), whole([[...cells.slice(0, 6), '123'].join(',')]));
    await importPaths(home, [folder], { replace: true });
    const second = await daily(home);
    expect([first.revision, second.revision]).toEqual([1, 2]);
    const stored = await loadSessionSignals(home.items, 'NSE', SESSION);
    expect(stored.filter((entry) => entry.superseded).every((entry) => entry.revision === 1)).toBe(true);
    expect(stored.filter((entry) => !entry.superseded).every((entry) => entry.revision === 2)).toBe(true);
    expect((await loadActiveSignals(home.items, 'NSE', SESSION)).length).toBe(
      second.summary!.buy + second.summary!.sell,
    );
    expect(await verifyStoredLedger(home)).toMatchObject({ ok: true, entries: stored.length, roots: 2 });
    expect(await loadPointer(home.items, 'NSE')).toMatchObject({ revision: 2 });

    // Putting the bar right again brings the first revision back, without a new entry in the record.
    writeFileSync(join(folder, 'bars.csv'), whole([lines[row]!]));
    await importPaths(home, [folder], { replace: true });
    const third = await daily(home);
    expect(third).toMatchObject({ revision: 1, snapshotId: first.snapshotId });
    expect(await loadPointer(home.items, 'NSE')).toMatchObject({ revision: 1, snapshotId: first.snapshotId });
    expect((await loadActiveSignals(home.items, 'NSE', SESSION)).every((entry) => entry.revision === 1)).toBe(true);
    expect(await verifyStoredLedger(home)).toMatchObject({ ok: true, entries: stored.length, roots: 2 });
    home.close();
  });
});

it('a run that is killed after storing its signals and never comes back leaves the record whole', async () => {
  const market = smallMarket(40, 300);
  const lines = csvLines(market.daily);
  const folder = newFolder('abandoned-csv');
  const homeFolder = newFolder('abandoned');
  const importBars = async (rows: readonly string[]): Promise<void> => {
    writeFileSync(join(folder, 'bars.csv'), [CSV_HEADER, ...rows].join('\n'));
    expect((await runCli(homeFolder, ['import', folder, '--replace', '--json'])).code).toBe(0);
  };
  const last = lines
    .findLast((line) => line.includes(SESSION))!
    .split(',')
    .slice(0, 6)
    .join(',');
  await importBars(lines);
  const killed = await spawnCli(homeFolder, ['daily', '--json'], { AION_CRASH_AT: 'persist:done' });
  expect(killed.signal).toBe('SIGKILL');
  expect((await runCli(homeFolder, ['ledger', 'verify', '--json'])).json()).toMatchObject({ ok: true, entries: 0 });
  await importBars([`${last},4321`]);
  const next = (await runCli(homeFolder, ['daily', '--json'])).json<{ signals: number; revision: number }>();
  expect(next.revision).toBe(2);
  expect((await runCli(homeFolder, ['ledger', 'verify', '--json'])).json()).toMatchObject({
    ok: true,
    entries: next.signals,
  });
  const home = openHome(homeFolder);
  const active = await loadActiveSignals(home.items, 'NSE', SESSION);
  expect(active.every(({ revision }) => revision === 2)).toBe(true);
  expect(active).toHaveLength(next.signals);
  home.close();
});
