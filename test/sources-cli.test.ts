import { afterAll, expect, it } from 'vitest';
import { newFolder, removeFolders, runCli } from './embedded-home.ts';

afterAll(removeFolders);

interface Listed {
  readonly name: string;
  readonly on: boolean;
  readonly why: string | null;
  readonly costOfAbsence: string;
  readonly redistributable: boolean;
  readonly health: { readonly state: string };
}

it('the command line lists each source, on or off and why, and shows no key', async () => {
  const home = newFolder('sources');
  const key = 'a-key-that-nobody-sees';
  const [listed, doctor] = await Promise.all([
    runCli(home, ['sources', '--json'], { FRED_API_KEY: key }),
    runCli(newFolder('sources-doctor'), ['doctor', '--json'], { FRED_API_KEY: key }),
  ]);
  const { sources } = listed.json<{ sources: Listed[] }>();
  const byName = new Map(sources.map((source) => [source.name, source]));
  expect(byName.get('fred')).toMatchObject({ on: true, why: null, redistributable: true, health: { state: 'closed' } });
  expect(byName.get('kite')).toMatchObject({ on: false, why: 'KITE_API_KEY and KITE_ACCESS_TOKEN are not set' });
  const { checks } = doctor.json<{ checks: { name: string; ok: boolean; detail: string }[] }>();
  for (const { name, on, costOfAbsence } of sources) {
    const check = checks.find((one) => one.name === `source ${name}`);
    expect(check?.ok).toBe(true);
    if (!on) expect(check?.detail).toContain(costOfAbsence);
  }
  for (const { stdout, stderr } of [listed, doctor]) expect(`${stdout}${stderr}`).not.toContain(key);
});

const REFUSED: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['fetch'], /give at least one symbol/],
  [['fetch', 'TCS', '--kind', 'gossip'], /--kind gossip: known are bars, actions, news/],
  [['fetch', 'TCS', '--store', '--timeframe', '1h'], /--store takes daily bars or actions/],
  [['backfill', '--from', '2026-02-30', '--to', '2026-03-01'], /--from needs YYYY-MM-DD/],
  [['backfill', '--from', '2026-02-01', '--to', '2026-02-10', '--market', 'US'], /only NSE publishes/],
  [['backfill', '--from', '2026-02-01', '--to', '2026-02-10', '--exchange', 'US'], /--market US: only NSE publishes/],
  [['fetch', 'TCS', '--market', 'LSE'], /--market needs NSE or US, found "LSE"/],
  [['fetch', 'TCS', '--exchange', 'NSE', '--market', 'US'], /--exchange <name>' cannot be used with option '--market/],
];

it('refuses by name what it cannot be asked for', async () => {
  const home = newFolder('sources-bad');
  const results = await Promise.all(REFUSED.map(([args]) => runCli(home, args)));
  results.forEach(({ code, stderr }, i) => {
    expect([code, stderr]).toEqual([2, expect.stringMatching(REFUSED[i]![1])]);
  });
});
