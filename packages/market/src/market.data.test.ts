import { loadCalendar } from './calendar.ts';
import { fromEpochDay } from '@aion/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FixturePorts, fileOf, makeFixturePorts } from '../test/fixture-ports.ts';
import { hasRealData, realFile } from '../test/real-data.ts';
import { checkActions } from './actions/index.ts';
import type { DailyBars } from './bars.ts';
import { actionsBySymbol, adjustDaily, type CorporateAction, loadActions } from './actions/index.ts';
import { importFiles } from './ingest/import-files.ts';
import type { ImportReport } from './ingest/report.ts';
import { readManifest } from './lake/manifest.ts';
import { readDaily } from './lake/read.ts';

describe.skipIf(!hasRealData)('six years of real bars', () => {
  let ports: FixturePorts;
  let report: ImportReport;
  let bars: Map<string, DailyBars>;
  let actions: Map<string, CorporateAction[]>;

  beforeAll(async () => {
    ports = makeFixturePorts();
    const names = ['nse_daily_raw.csv.gz', 'nse_corporate_actions.csv.gz', 'nse_index_daily.csv.gz'];
    report = await importFiles(
      ports,
      names.map((name) => fileOf(name, realFile(name))),
    );
    bars = await readDaily(ports, await readManifest(ports, 'NSE'));
    actions = actionsBySymbol(await loadActions(ports, 'NSE'));
  });

  it('all pass INGEST, but for the rows that the files are known to have wrong', () => {
    expect(report).toMatchObject({ symbols: 525, sessions: 1592, refused: 0, ignored: 0 });
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
});
