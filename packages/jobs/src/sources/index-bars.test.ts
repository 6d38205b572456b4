import { fromEpochDay, makeFrozenClock } from '@aion/core';
import { readDaily, readManifest } from '@aion/market';
import { SourcePolicy } from '@aion/market/sources';
import { expect, it } from 'vitest';
import { nseRoutes } from '../../../adapters/test/vendor-shapes.ts';
import { withVendors } from '../../test/vendor-home.ts';
import { fetchIndexBars } from './index-bars.ts';

const clock = makeFrozenClock(Date.parse('2026-02-27T14:00:00Z'));
const vendors = withVendors(clock);
const policy = SourcePolicy.parse({});
const closesOf = async (): Promise<Record<string, number>> => {
  const { ingest } = vendors.embedded;
  const bars = await readDaily(ingest, await readManifest(ingest, 'NSE', 'index'), { symbols: ['NIFTY50'] });
  const { sessionDay, close } = bars.get('NIFTY50') ?? { sessionDay: [], close: [] };
  return Object.fromEntries(Array.from(sessionDay, (day, i) => [fromEpochDay(day), close[i]!]));
};

it('stores the indices of a session and of those before it that are lacking, each once', async () => {
  vendors.server.routes.push(...nseRoutes);
  const sources = await vendors.sources({}, policy);
  const days = ['2026-02-20', '2026-02-23', '2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27'];
  expect(await fetchIndexBars(vendors.embedded, sources, 'NSE', '2026-02-27')).toEqual(days);
  expect(await closesOf()).toEqual(Object.fromEntries(days.map((day) => [day, 24_900.15])));
  vendors.server.requests.length = 0;
  expect(await fetchIndexBars(vendors.embedded, sources, 'NSE', '2026-02-27')).toEqual([]);
  expect(vendors.server.requests).toEqual([]);
});

it('waits for what is not published yet, and stores nothing of it', async () => {
  vendors.server.routes.push(nseRoutes[0]!);
  const sources = await vendors.sources({}, policy);
  expect(await fetchIndexBars(vendors.embedded, sources, 'NSE', '2026-02-27')).toEqual([]);
  expect(await closesOf()).toEqual({});
});
