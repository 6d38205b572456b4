import { AppError, makeRng, type Clock } from '@aion/core';
import type { Sources } from '@aion/jobs/sources';
import { makeSimulatedExchange, makeSimulatedRecords, type SimulatedMarket } from '@aion/market';
import type { SourceName } from '@aion/market/sources';

const ON: ReadonlySet<SourceName> = new Set(['nse', 'kite', 'yahoo', 'rss']);

/** The sources of a home whose market is simulated: they speak for the exchange and its vendors, and tell nothing that has not happened by the market's clock. */
export function makeSimulatedSources(market: SimulatedMarket, seed: string, clock: Pick<Clock, 'nowMs'>): Sources {
  const { files, bars, actions } = makeSimulatedExchange(market, clock);
  const { flags, records } = makeSimulatedRecords(market.instruments, makeRng(`${seed}/records`), clock);
  const off = 'the market of this home is simulated, and nothing is simulated for this source';
  const require = <T>(name: SourceName, source: T): T => {
    if (ON.has(name)) return source;
    throw new AppError('missing_data', `${name} is off: ${off}`, { context: { source: name } });
  };
  return {
    standing: (name) => (ON.has(name) ? { on: true, why: null } : { on: false, why: off }),
    bars: (name) => require(name, bars),
    actions: (name) => require(name, actions),
    marketFiles: () => files,
    records: (name) => require(name, only(records, name)),
    flags: () => flags,
    save: async () => undefined,
  };
}

/** News come from one source and trades of insiders from another, as in the table of sources. */
function only(records: ReturnType<typeof makeSimulatedRecords>['records'], name: SourceName): typeof records {
  const kind = name === 'nse' ? 'insider_trade' : name === 'rss' ? 'news' : null;
  return {
    name: records.name,
    kinds: records.kinds.filter((one) => one === kind),
    fetch: (request) =>
      request.kind === kind ? records.fetch(request) : Promise.resolve({ records: [], rejected: [], provenance: [] }),
  };
}
