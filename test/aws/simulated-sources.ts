import { makeFrozenClock, makeRng, toEpochDay } from '@aion/core';
import type { Sources } from '@aion/jobs/sources';
import { simulateMarket } from '@aion/market';
import { makeSimulatedSources } from '@aion/runtime/sources/simulated-sources';

/** A simulated market that goes on after the stage's: its file has a row that nobody can use, and each share pays a dividend. */
export function simulatedSources(): Sources {
  const asOf = '2026-03-02';
  const market = simulateMarket({ rng: makeRng('after'), symbols: 80, sessions: 40, asOf });
  const sources = makeSimulatedSources(market, 'after', makeFrozenClock(Date.parse(`${asOf}T23:00:00+05:30`)));
  const files = sources.marketFiles();
  const dividend = { exDay: toEpochDay(asOf), kind: 'dividend', value: 1 } as const;
  return {
    ...sources,
    marketFiles: () => ({
      ...files,
      async sessionFile(date) {
        const file = await files.sessionFile(date);
        if (file.kind !== 'published') return file;
        const [header, first = '', ...rest] = new TextDecoder().decode(file.bytes).split('\n');
        const broken = first.split(',').map((field, place) => (place === 7 ? 'BROKEN' : place === 17 ? '-1' : field));
        const text = [header, first, broken.join(','), ...rest].join('\n');
        return { ...file, bytes: new TextEncoder().encode(text) };
      },
    }),
    actions: () => ({
      ...{ name: 'simulator', exchanges: ['NSE'] as const },
      actions: async ({ symbol }) => ({
        ...{ source: 'simulator', rejected: [], provenance: [] },
        actions: [{ symbol, ...dividend }],
      }),
    }),
  };
}
