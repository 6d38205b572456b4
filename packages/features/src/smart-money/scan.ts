import { makeColumn, type BarColumns } from '../columns.ts';
import { atr } from '../indicators/index.ts';
import type { LiquidityEvent, RestingLevel } from './liquidity.ts';
import { SMART_MONEY_COLUMNS, type SmartMoneyColumn } from './nodes.ts';
import type { Pivot } from './pivots.ts';
import { SmartMoneyScanner, type SmartMoneyRecord } from './scanner.ts';
import type { StructureBreak } from './structure.ts';
import { ZoneRecord, type FairValueGapState, type OrderBlockState, type Zone } from './zone.ts';

/** Everything that Smart Money Concepts say about a series, per bar and as events. Bars are indexes into the series. */
export interface SmartMoney {
  readonly columns: Readonly<Record<SmartMoneyColumn, Float64Array>>;
  readonly pivots: readonly Pivot[];
  readonly breaks: readonly StructureBreak[];
  readonly liquidity: readonly LiquidityEvent[];
  /** Levels that are left at the last bar. */
  readonly resting: readonly RestingLevel[];
  readonly orderBlocks: readonly Zone<OrderBlockState>[];
  readonly fairValueGaps: readonly Zone<FairValueGapState>[];
}

/**
 * The whole series with its events and the states of its zones over time. The columns alone are cheaper from the engine.
 *
 * @example scanSmartMoney(bars).columns.smc_trend.at(-1) // 1 up, -1 down, 0 none yet
 */
export function scanSmartMoney(bars: BarColumns): SmartMoney {
  const length = bars.close.length;
  const record: SmartMoneyRecord = {
    pivots: [],
    breaks: [],
    liquidity: [],
    orderBlocks: new ZoneRecord(['mitigated', 'breaker']),
    fairValueGaps: new ZoneRecord(['filled', 'inverted']),
  };
  const out = SMART_MONEY_COLUMNS.map(() => makeColumn(length));
  const scanner = new SmartMoneyScanner(record);
  scanner.run(bars, atr(bars, 14), 0, length, out);
  return {
    columns: Object.fromEntries(SMART_MONEY_COLUMNS.map((name, at) => [name, out[at]!])) as Record<
      SmartMoneyColumn,
      Float64Array
    >,
    pivots: record.pivots,
    breaks: record.breaks,
    liquidity: record.liquidity,
    resting: scanner.resting(),
    orderBlocks: record.orderBlocks.all,
    fairValueGaps: record.fairValueGaps.all,
  };
}
