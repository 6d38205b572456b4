import type { DailyBars } from '@aion/market';
import {
  alertCorrelationBreak,
  alertSectorRotation,
  columnAt,
  type Alert,
  type MarketMoment,
  type ReturnsBeside,
  type ScanTable,
} from '@aion/universe';
import { adjustedDay, type Panel } from '../market/panel.ts';

/** Returns that the comparison with an index needs. */
const RETURNS = 140;

/** Layer 2 from prices alone: sectors that move up the order, and symbols that left their index. */
export function alertMarkets(
  panel: Panel,
  table: ScanTable,
  index: DailyBars | undefined,
  moment: MarketMoment,
): Alert[] {
  const [month, quarter] = [columnAt(table, 'return20'), columnAt(table, 'return63')];
  const members = table.symbols.flatMap((symbol, row) => {
    const sector = panel.instruments.get(symbol)?.sector;
    return sector === undefined ? [] : [{ symbol, sector, monthReturn: month[row]!, quarterReturn: quarter[row]! }];
  });
  const rotation = alertSectorRotation(members, moment);
  if (index === undefined) return rotation;
  const bySymbol = new Map(panel.daily.map((bars) => [bars.symbol, bars]));
  const pairs = table.symbols.flatMap(
    (symbol) => returnsBeside(adjustedDay(panel, bySymbol.get(symbol)!), index) ?? [],
  );
  return [...rotation, ...alertCorrelationBreak(pairs, index.symbol, moment)];
}

/** The last returns of a share and of an index between the same closes; undefined where either has too few. */
function returnsBeside(bars: DailyBars, index: DailyBars): ReturnsBeside | undefined {
  const own = new Float64Array(RETURNS);
  const other = new Float64Array(RETURNS);
  let at = index.sessionDay.length - 1;
  let filled = RETURNS;
  let later: { own: number; other: number } | undefined;
  for (let i = bars.close.length - 1; i >= 0 && filled > 0; i--) {
    const day = bars.sessionDay[i]!;
    while (at >= 0 && index.sessionDay[at]! > day) at--;
    // A day that one of them lacks joins the next return of both.
    if (at < 0 || index.sessionDay[at] !== day) continue;
    const closes = { own: bars.close[i]!, other: index.close[at]! };
    if (later !== undefined) {
      filled--;
      own[filled] = later.own / closes.own - 1;
      other[filled] = later.other / closes.other - 1;
    }
    later = closes;
  }
  return filled === 0 ? { symbol: bars.symbol, own, other } : undefined;
}
