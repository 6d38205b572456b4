import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toEpochDay } from '@aion/core';
import { importFiles, saveActions } from '@aion/market';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import type { Embedded } from '@aion/runtime/embedded/compose-embedded';
import { loadBars } from '@aion/runtime/embedded/market/export-bars';
import { loadJoinedMarket, shareOf } from './joined-bars.ts';

let home: Embedded;
const HEADER = 'symbol,date,open,high,low,close,volume,prev_close';
const row = (symbol: string, date: string, close: number): string =>
  [symbol, date, close, close + 1, close - 1, close, 100, close].join(',');
const day = toEpochDay;

beforeAll(async () => {
  home = openHome(newFolder('joined-bars'));
  const rows = [
    ...['2022-06-06', '2022-06-07', '2022-06-08'].map((date, i) => row('MOTHERSUMI', date, 120 + 2 * i)),
    ...['2022-06-09', '2022-06-10'].map((date, i) => row('MOTHERSON', date, 62 + i)),
    ...['2023-06-28', '2023-06-30', '2023-07-03', '2023-07-04'].map((date) => row('HAL', date, 1896)),
  ];
  const text = `${[HEADER, ...rows].join('\n')}\n`;
  await importFiles(home.ingest, [{ name: 'a.csv', read: async () => new TextEncoder().encode(text) }]);
  const action = (symbol: string, date: string) => ({
    symbol,
    exDay: day(date),
    kind: 'split_or_bonus' as const,
    value: 2,
  });
  // HAL's price shows no split; the other split is listed under the newest name only.
  const actions = [action('HAL', '2023-07-03'), action('MOTHERSON', '2022-06-09')];
  await saveActions(home.ingest, 'NSE', actions, { source: 'yahoo', recordedMs: 1 });
});
afterAll(() => {
  home.close();
  removeFolders();
});

const adjusted = async (symbol: string, from?: string, to?: string): Promise<number[]> => {
  const range = { ...(from && { fromDay: day(from) }), ...(to && { toDay: day(to) }) };
  const table = await loadBars(home, { market: 'NSE', series: 'daily', symbol, adjusted: true, ...range });
  return [...table.close];
};

describe('the adjusted history of a share', () => {
  it('is the same whatever part of it is asked for', async () => {
    expect(await adjusted('HAL')).toEqual([1896, 1896, 1896, 1896]);
    expect(await adjusted('HAL', undefined, '2023-06-30')).toEqual([1896, 1896]);
    expect(await adjusted('HAL', '2023-06-30', '2023-06-30')).toEqual([1896]);
  });

  it('follows the share through its names, and adjusts the older with the actions of the newest', async () => {
    expect(await adjusted('MOTHERSON')).toEqual([60, 61, 62, 62, 63]);
    expect(await adjusted('MOTHERSUMI', '2022-06-08')).toEqual([62, 62, 63]);
    const joined = await loadJoinedMarket(home, 'NSE');
    const share = shareOf(joined, 'MOTHERSUMI', day('2024-01-01'), false);
    expect(share.olderNames).toEqual(['MOTHERSUMI']);
    expect([...share.bars.close]).toEqual([120, 122, 124, 62, 63]);
    expect(() => shareOf(joined, 'NOSUCH', day('2024-01-01'), true)).toThrow(/no bars of NOSUCH are stored/);
  });
});
