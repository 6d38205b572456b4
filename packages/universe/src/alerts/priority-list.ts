import { columnAt } from '../rules/evaluate.ts';
import type { ScanTable } from '../rules/scan-table.ts';
import { scoreOf, type Alert, type AlertType } from './alert.ts';

/** One symbol's alerts as one entry. */
export interface Priority {
  readonly symbol: string;
  /** In [0, 1]: grows with every alert and with what the symbol can move. */
  readonly score: number;
  readonly types: readonly AlertType[];
  readonly alertIds: readonly string[];
}

export interface PriorityRules {
  /** Median turnover of 20 bars in the exchange's currency. */
  readonly minTurnover: number;
}

export interface PriorityList {
  readonly list: readonly Priority[];
  readonly left: readonly { readonly symbol: string; readonly why: string }[];
}

/** How much of a type's score is new beside another alert of the same type. */
const REPEATED = 0.5;

/**
 * Layer 1.5: the liquidity filter, the volatility rank and the merging of a symbol's alerts into one score. Alerts count as independent
 * evidence, 1 − Π(1 − score), of one type the strongest in full and the others by half each; the result is weighed by
 * 0.75 + 0.25 · the place of the volatility in its own year (0.5 where there is none). Symbols without a known or with too small a
 * turnover are left out and named.
 */
export function prioritise(alerts: readonly Alert[], table: ScanTable, rules: PriorityRules): PriorityList {
  const turnover = columnAt(table, 'dollar_volume20');
  const volatility = columnAt(table, 'atr_pct_rank252');
  const rows = new Map(table.symbols.map((symbol, row) => [symbol, row] as const));
  const bySymbol = new Map<string, Map<string, Alert>>();
  for (const alert of alerts) {
    const own = bySymbol.get(alert.symbol) ?? new Map<string, Alert>();
    bySymbol.set(alert.symbol, own.set(alert.id, alert));
  }
  const list: Priority[] = [];
  const left: { symbol: string; why: string }[] = [];
  for (const [symbol, own] of [...bySymbol].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const row = rows.get(symbol);
    const money = row === undefined ? Number.NaN : turnover[row]!;
    if (!(money >= rules.minTurnover)) {
      const found = Number.isNaN(money) ? 'unknown' : String(Math.round(money));
      left.push({ symbol, why: `median turnover is ${found}, at least ${rules.minTurnover} needed` });
      continue;
    }
    const place = Number.isNaN(volatility[row!]!) ? 0.5 : volatility[row!]!;
    const merged = [...own.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    const seen = new Map<AlertType, number>();
    let against = 1;
    for (const { type, score } of merged) {
      const before = seen.get(type) ?? 0;
      against *= 1 - score * REPEATED ** before;
      seen.set(type, before + 1);
    }
    list.push({
      symbol,
      score: scoreOf((1 - against) * (0.75 + 0.25 * place)),
      types: [...seen.keys()].sort(),
      alertIds: merged.map(({ id }) => id),
    });
  }
  list.sort((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1));
  return { list, left };
}
