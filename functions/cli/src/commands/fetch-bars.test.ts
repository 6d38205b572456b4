import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '@aion/core';
import { listQuarantine, readManifest, readQuarantine } from '@aion/market';
import type { BarRequest, FetchedDaily, SourceName } from '@aion/market/sources';
import { composeEmbedded, type Embedded, loadConfig } from '@aion/runtime';
import { fetchBarsOf, type Sources } from '@aion/jobs/sources';
import { newFolder, removeFolders } from '../../../../test/embedded-home.ts';
import { useHome } from '../../test/run-here.ts';
import { exitCodeOfBars } from './fetch.ts';
import { describeBars } from './fetch-bars.ts';

let embedded: Embedded;
beforeAll(() => {
  useHome(newFolder('fetch-cli'));
  embedded = composeEmbedded(loadConfig(process.env, process.cwd()));
});
afterAll(() => {
  embedded.close();
  vi.unstubAllEnvs();
  removeFolders();
});

const REQUEST = { exchange: 'US', from: '2026-02-24', to: '2026-02-27', timeframe: '1d', actions: false } as const;

/** One vendor: GOOD has a raw bar and two rows that are none, ADJUSTED an adjusted bar, and the rest is unknown to it. */
function answerOf({ symbol }: BarRequest): FetchedDaily {
  if (!['GOOD', 'ADJUSTED'].includes(symbol)) throw new AppError('not_found', `it does not know ${symbol}`);
  const column = Float64Array.of(100);
  const bars = { symbol, sessionDay: Int32Array.of(20_509), open: column, high: column, low: column, close: column };
  return {
    source: 'alpaca',
    exchange: 'US',
    adjustment: symbol === 'ADJUSTED' ? 'splits' : 'none',
    currency: 'USD',
    bars: { ...bars, volumeShares: column },
    rejected: [
      { at: '2026-02-24', reason: 'ohlc_order', detail: 'expected low ≤ open, close ≤ high, found 1, 2, 3, 4' },
      { at: '2026-02-27', reason: 'unfinished', detail: 'the session had not ended' },
    ],
    provenance: [],
  };
}
const sources = {
  standing: (source: SourceName) => (source === 'alpaca' ? { why: null } : { why: 'no key' }),
  bars: () => ({ name: 'alpaca', exchanges: ['US'], daily: async (request: BarRequest) => answerOf(request) }),
} as unknown as Sources;
const fetchOf = (symbols: readonly string[], store: boolean) =>
  fetchBarsOf(embedded, sources, symbols, { ...REQUEST, store });

describe('aion fetch', () => {
  it('goes on with the next symbol when one fails, says of each what became of it, and ends with 1', async () => {
    const results = await fetchOf(['ADJUSTED', 'UNKNOWN', 'GOOD'], true);
    expect(results).toMatchObject([
      { symbol: 'ADJUSTED', failed: { code: 'bad_input', message: expect.stringContaining('only raw bars') } },
      {
        symbol: 'UNKNOWN',
        answers: [],
        failures: expect.arrayContaining([expect.objectContaining({ code: 'not_found' })]),
      },
      { symbol: 'GOOD', stored: { source: 'alpaca', stored: 1, withheld: [] } },
    ]);
    expect(describeBars(results[0]!)).toContain('✗  alpaca (splits): the prices are adjusted');
    expect((await readManifest(embedded.ingest, 'US')).symbols).toEqual(['GOOD']);
    expect(exitCodeOfBars(results)).toBe(1);
    expect(exitCodeOfBars(results.slice(2))).toBe(0);
    expect(exitCodeOfBars(results.slice(1, 2))).toBe(3);
  });

  it('keeps rows that a vendor gave wrongly in quarantine when it stores, and only those', async () => {
    const before = (await listQuarantine(embedded.ingest, 'US', { limit: 10 })).entries.length;
    expect(await fetchOf(['OTHER', 'GOOD'], false)).toMatchObject([{ quarantined: 0 }, { quarantined: 0 }]);
    expect((await listQuarantine(embedded.ingest, 'US', { limit: 10 })).entries).toHaveLength(before);
    const [result] = await fetchOf(['GOOD'], true);
    expect(result).toMatchObject({ quarantined: 1 });
    const { entries } = await listQuarantine(embedded.ingest, 'US', { limit: 10 });
    const entry = entries.find(({ file }) => file === 'fetch:alpaca:GOOD')!;
    expect(await readQuarantine(embedded.ingest, entry)).toMatchObject([
      { code: 'ohlc_order', symbol: 'GOOD', date: '2026-02-24', message: expect.stringContaining('found 1, 2, 3, 4') },
    ]);
  });
});
