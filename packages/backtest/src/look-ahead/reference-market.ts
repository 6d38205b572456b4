import type { DailyBars, Instrument } from '@aion/market';
import type { FeatureRecords, Panel, panelReferences } from '@aion/pipeline';

/** What stands beside instruments, with everything that was ever published about them. */
export interface ReferenceMarket {
  readonly calendar: Parameters<typeof panelReferences>[1];
  readonly daily: readonly DailyBars[];
  readonly index: readonly DailyBars[];
  readonly actions: Panel['actions'];
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly records: FeatureRecords;
}

/** The last sessions of a market with records of its own. */
export function referenceMarketOf(
  market: Pick<ReferenceMarket, 'calendar' | 'daily'> & { readonly actions: ReferenceMarket['actions'] },
  index: readonly DailyBars[],
  instruments: ReferenceMarket['instruments'],
  records: FeatureRecords,
  sessions: number,
): ReferenceMarket {
  const lastRows = (bars: DailyBars): DailyBars => {
    const from = Math.max(0, bars.sessionDay.length - sessions);
    const cut = <T extends Float64Array | Int32Array>(column: T): T => column.slice(from) as T;
    return {
      symbol: bars.symbol,
      sessionDay: cut(bars.sessionDay),
      open: cut(bars.open),
      high: cut(bars.high),
      low: cut(bars.low),
      close: cut(bars.close),
      volumeShares: cut(bars.volumeShares),
    };
  };
  return { ...market, daily: market.daily.map(lastRows), index: index.map(lastRows), instruments, records };
}
