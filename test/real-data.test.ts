import { fromEpochDay } from '@aion/core';
import { loadActions, loadCalendar, readDaily, readManifest } from '@aion/market';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareAll } from '../packages/features/test/smart-money-oracle.ts';
import type { CorporateAction } from '../packages/market/src/actions/index.ts';
import { actionsBySymbol, adjustDaily, checkActions } from '../packages/market/src/actions/index.ts';
import type { DailyBars } from '../packages/market/src/bars.ts';
import type { ImportReport } from '../packages/market/src/ingest/report.ts';
import { hasRealData, realFolder } from '../packages/market/test/real-data.ts';
import { type CliResult, newFolder, openHome, removeFolders, runCli } from './embedded-home.ts';

interface DailyResult {
  readonly symbolsRead: number;
  readonly universe: number;
  readonly rejected: Record<string, number>;
  readonly quarantined: Record<string, number>;
  readonly signals: number;
  readonly buy: number;
  readonly sell: number;
  readonly hold: number;
  readonly signalsHash: string;
  readonly stages: Record<string, { milliseconds: number; status: string }>;
}

/** One import for every guarantee about the six years; what is read of it changes nothing of it. */
describe.skipIf(!hasRealData)('six years of real bars, imported by the command line', () => {
  let home: string;
  let imported: CliResult;
  let bars: Map<string, DailyBars>;
  let actions: Map<string, CorporateAction[]>;

  beforeAll(async () => {
    home = newFolder('real');
    const [raw, index, log] = ['nse_daily_raw.csv.gz', 'nse_index_daily.csv.gz', 'nse_corporate_actions.csv.gz'].map(
      (name) => join(realFolder, name),
    );
    imported = await runCli(home, ['import', raw!, index!, '--actions', log!, '--json']);
    const { ingest, close } = openHome(home);
    bars = await readDaily(ingest, await readManifest(ingest, 'NSE'));
    actions = actionsBySymbol(await loadActions(ingest, 'NSE'));
    close();
  });
  afterAll(removeFolders);

  it('all pass INGEST, but for the rows that the files are known to have wrong', () => {
    expect(imported.code, imported.stderr).toBe(0);
    const report = imported.json<ImportReport>();
    expect(report).toMatchObject({ symbols: 525, sessions: 1592, refused: 0, ignored: 0, lastSession: '2026-02-27' });
    expect(report.files.map(({ name, stored, quarantined }) => [name, stored, quarantined])).toEqual([
      ['nse_corporate_actions.csv.gz', 8787, { action: 12 }],
      ['nse_daily_raw.csv.gz', 666_035, {}],
      ['nse_index_daily.csv.gz', 73_734, { ohlc_order: 1, price_range: 2 }],
    ]);
  });

  it('have no jump left where RELIANCE gave a bonus share for each share', () => {
    const raw = bars.get('RELIANCE')!;
    const { close } = adjustDaily(raw, actions.get('RELIANCE')!, raw.sessionDay.at(-1)!);
    const at = raw.sessionDay.findIndex((day) => fromEpochDay(day) === '2024-10-28');
    expect(raw.close[at]! / raw.close[at - 1]!).toBeLessThan(0.51);
    expect(close[at]! / close[at - 1]!).toBeGreaterThan(0.99);
    expect(close[at]! / close[at - 1]!).toBeLessThan(1.02);
  });

  it('have no fall by more than 38 % left after adjustment but real falls and demergers that the actions lack', () => {
    const left: string[] = [];
    let rawFalls = 0;
    const refutedOf: string[] = [];
    for (const [symbol, raw] of bars) {
      const { actions: held, refuted } = checkActions(raw, actions.get(symbol) ?? [], loadCalendar('NSE'));
      for (const { action } of refuted) refutedOf.push(`${symbol} ${fromEpochDay(action.exDay)}`);
      const adjusted = adjustDaily(raw, held, raw.sessionDay.at(-1)!);
      for (let row = 1; row < raw.close.length; row++) {
        // Across a long absence of the symbol anything may have happened.
        if (raw.sessionDay[row]! - raw.sessionDay[row - 1]! > 7) continue;
        if (raw.close[row]! / raw.close[row - 1]! < 0.62) rawFalls++;
        const move = adjusted.close[row]! / adjusted.close[row - 1]!;
        if (move < 0.62 || move > 1.6) left.push(`${symbol} ${fromEpochDay(raw.sessionDay[row]!)}`);
      }
    }
    expect(rawFalls).toBeGreaterThan(100);
    expect(refutedOf.sort()).toEqual(['HAL 2023-09-29', 'LODHA 2023-05-26']);
    // The provenance of the files names them: no action row, or (BAJAJFINSV) the bonus beside the split is missing.
    expect(left.sort()).toEqual([
      'ABFRL 2025-05-22',
      'BAJAJFINSV 2022-09-13',
      'CENTURYTEX 2019-10-11',
      'EASEMYTRIP 2022-02-28',
      'EASEMYTRIP 2022-11-21',
      'EASEMYTRIP 2024-11-29',
      'IOLCP 2025-03-11',
      'MAJESCO 2020-12-23',
      'MINDAIND 2022-07-07',
      'PEL 2022-08-30',
    ]);
  });

  it('have the smart money that brute force finds', () => {
    const read = ['RELIANCE', 'INFY', 'TATASTEEL', 'ITC', 'SBIN', 'MARUTI'].map((symbol) => bars.get(symbol)!);
    for (const { close, symbol } of read) expect(close.length, symbol).toBeGreaterThan(1000);
    const sum = compareAll(read);
    expect(sum.breaks).toBeGreaterThan(500);
    expect(sum.shifts).toBeGreaterThan(20);
    expect(sum.levels).toBeGreaterThan(1000);
  });

  it('give a bonus without a jump in the bars that the command line adjusts', async () => {
    const asked = async (...args: string[]) => {
      const { json } = await runCli(home, ['bars', '--symbol', 'RELIANCE', ...args, '--json']);
      return json<{ bars: { sessionDate: string; close: number }[] }>().bars;
    };
    const rows = await asked('--from', '2024-10-24', '--to', '2024-10-30', '--adjusted');
    expect(rows.map(({ sessionDate }) => sessionDate)).toEqual([
      '2024-10-24',
      '2024-10-25',
      '2024-10-28',
      '2024-10-29',
      '2024-10-30',
    ]);
    for (const [i, { close }] of rows.entries()) {
      if (i > 0) expect(Math.abs(close / rows[i - 1]!.close - 1)).toBeLessThan(0.05);
    }
    const [before, after] = await asked('--from', '2024-10-25', '--to', '2024-10-28');
    // Stored as it was published: the jump is in the raw bars.
    expect(after!.close / before!.close).toBeLessThan(0.55);
    expect(rows[1]!.close).toBeCloseTo(before!.close / 2, 2);
  });

  it('give signals of sane figures on their last day', async () => {
    const { code, stderr, json } = await runCli(home, ['daily', '--date', '2026-02-27', '--json']);
    expect(code, stderr).toBe(0);
    const result = json<DailyResult>();
    const counted = Object.values(result.rejected).reduce((sum, count) => sum + count, 0);
    expect(result.universe + counted).toBe(result.symbolsRead);
    expect(result.buy + result.sell + result.hold).toBe(result.universe);
    expect(result.signals).toBe(result.buy + result.sell);
    expect(result.universe).toBeGreaterThan(200);
    expect(result.signals).toBeGreaterThan(5);
    expect(result.signals).toBeLessThan(result.universe / 2);
    expect(result.signalsHash).toMatch(/^[0-9a-f]{64}$/);
    expect(
      Object.values(result.stages).every(({ status, milliseconds }) => status === 'done' && milliseconds >= 0),
    ).toBe(true);
  });
});
