import { beforeEach, describe, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { importFiles, listQuarantine, readIntraday, readManifest } from '@aion/market';
import { SourcePolicy } from '@aion/market/sources';
import { saveNewSignals } from '@aion/signals';
import { publishedSignal } from '../../../signals/test/fixture-signal.ts';
import { yahooChart } from '../../../adapters/test/vendor-shapes.ts';
import { withVendors } from '../../test/vendor-home.ts';
import { fetchHourlyOfSignals } from './hourly-of-signals.ts';

const TODAY = '2026-02-27';
/** 11:30 in Mumbai: the bars of 09:15 and 10:15 have closed. */
const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
const at = (iso: string): number => Date.parse(iso) / 1000;
/** On the 25th the share cost ten times as much; it was split 10 to 1 on the 26th. */
const DAILY = [
  'symbol,date,open,high,low,close,volume',
  'TCS,2026-02-25,1000,1020,990,1010,1000',
  'TCS,2026-02-26,101,103,99,101,9000',
];
const STAMPS = [
  '2026-02-25T03:45:00Z',
  '2026-02-26T03:45:00Z',
  '2026-02-26T04:45:00Z',
  '2026-02-27T03:45:00Z',
  '2026-02-27T04:45:00Z',
];

let asked: string[] = [];
function serve(stamps: readonly string[], close: (number | null)[]): void {
  vendors.server.routes.unshift(({ path, query }) => {
    if (!path.endsWith('/TCS.NS')) return undefined;
    asked.push(new Date(Number(query.get('period1')) * 1000).toISOString().slice(0, 16));
    return { body: yahooChart({ meta: { dataGranularity: '1h' }, timestamps: stamps.map(at), close }) };
  });
}
const fetchNow = async (disabled: ('yahoo' | 'kite')[] = []) => {
  const host = { ...vendors.embedded, clock, ingest: { ...vendors.embedded.ingest, clock } };
  const sources = await vendors.sources({}, SourcePolicy.parse({ disabled }));
  return fetchHourlyOfSignals(host, sources, 'NSE', TODAY);
};
const stored = async (): Promise<string[]> => {
  const { ingest } = vendors.embedded;
  const bars = (await readIntraday(ingest, await readManifest(ingest, 'NSE', 'hourly'))).get('TCS');
  return Array.from(bars?.openTimeMs ?? [], (ms) => new Date(ms).toISOString().slice(0, 16));
};

beforeEach(async () => {
  clock.set(Date.parse('2026-02-27T06:00:00Z'));
  asked = [];
  const { ingest, items } = vendors.embedded;
  await importFiles(ingest, [{ name: 'd.csv', read: async () => new TextEncoder().encode(DAILY.join('\n')) }]);
  await saveNewSignals(items, [publishedSignal({ symbol: 'TCS' })]);
});

describe('the hourly bars of active signals', () => {
  it('are stored as they close, each once, and those in the shares of another day are left out', async () => {
    serve(STAMPS.slice(0, 4), [101, 101, 101, 101]);
    expect(await fetchNow()).toEqual({ figures: { symbols: 1, bars: 3, withheld: 1 } });
    expect(await stored()).toEqual(['2026-02-26T03:45', '2026-02-26T04:45', '2026-02-27T03:45']);
    expect(await fetchNow()).toEqual({ figures: { symbols: 1, bars: 0 } });
    serve(STAMPS, [101, 101, 101, 101, 102]);
    expect(await fetchNow()).toEqual({ figures: { symbols: 1, bars: 1 } });
    expect((await stored()).at(-1)).toBe('2026-02-27T04:45');
    // First what the refinement looks back on, then from the session of the newest bar: midnight in Mumbai.
    expect(asked[0]! < '2026-02-20').toBe(true);
    expect(new Set(asked.slice(1))).toEqual(new Set(['2026-02-26T18:30']));
  });

  it('of a session that is over are left out when they are asked for on a later day, on which they may be restated', async () => {
    serve(STAMPS.slice(1, 4), [101, 101, 101]);
    clock.set(Date.parse('2026-03-02T04:00:00Z'));
    expect(await fetchNow()).toEqual({ figures: { symbols: 1, bars: 2, withheld: 1 } });
    expect((await stored()).at(-1)).toBe('2026-02-26T04:45');
  });

  it('that a vendor gives wrongly are set aside, once', async () => {
    serve(STAMPS.slice(2, 4), [101, null]);
    expect((await fetchNow()).figures).toEqual({ symbols: 1, bars: 1, quarantined: 1 });
    serve(STAMPS.slice(2), [101, null, 102]);
    expect((await fetchNow()).figures).toMatchObject({ bars: 1 });
    serve(STAMPS.slice(2), [101, null, 102]);
    expect((await fetchNow()).figures).toEqual({ symbols: 1, bars: 0 });
    const { entries } = await listQuarantine(vendors.embedded.ingest, 'NSE', { limit: 10 });
    expect(entries.length).toBeGreaterThan(0);
  });

  it('fail by name where no source answers, and say where none is on or none is wanted', async () => {
    vendors.server.routes.unshift(({ path }) => (path.endsWith('/TCS.NS') ? { status: 404, body: 'gone' } : undefined));
    await expect(fetchNow()).rejects.toThrow(/^no hourly bars of any symbol: TCS: .*yahoo/);
    expect(await fetchNow(['yahoo', 'kite'])).toEqual({ figures: { symbols: 1, bars: 0, hourly: 'no source is on' } });
    const none = { ...vendors.embedded, clock };
    const sources = await vendors.sources({}, SourcePolicy.parse({}));
    expect(await fetchHourlyOfSignals(none, sources, 'NSE', '2026-06-01')).toEqual({
      figures: { hourly: 'no active signals to ask for' },
    });
  });
});
