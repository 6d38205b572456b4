import { type ItemTable, type ObjectStore, type StoredItem, fromEpochDay } from '@aion/core';
import { z } from 'zod';
import type { DailyBars } from './bars.ts';
import { type RowDefect, quoteValue } from './defects.ts';
import { putUnlessChanged, readJsonObject } from './pointed-object.ts';
import { csvRows } from './parse/csv-rows.ts';
import { epochDayOf } from './parse/dates.ts';

export const CorporateAction = z.strictObject({
  symbol: z.string(),
  /** First session at which the share trades without the right, as days since 1970. */
  exDay: z.int(),
  kind: z.enum(['split_or_bonus', 'demerger_or_rights', 'dividend']),
  /** New shares per old share · factor by which older prices are multiplied · rupees per share. */
  value: z.number().positive(),
});
/**
 * A change of what one share is. `split_or_bonus`: new shares per old one (1:1 bonus: 2). `demerger_or_rights`:
 * the old price divided by what the share is worth afterwards (1.08: older prices ÷ 1.08). `dividend`: rupees per share.
 */
export type CorporateAction = z.infer<typeof CorporateAction>;

export interface ParsedActions {
  readonly actions: readonly CorporateAction[];
  readonly defects: readonly RowDefect[];
  readonly rows: number;
  readonly duplicates: number;
}

const Kind = CorporateAction.shape.kind;

/** Reads `symbol,ex_date,type,value[,…]`. */
export function parseActions(text: string): ParsedActions {
  const [, ...rows] = csvRows(text);
  const known = new Map<string, CorporateAction>();
  const defects: RowDefect[] = [];
  let duplicates = 0;
  for (const { line, fields } of rows) {
    const [symbol = '', exDate = '', type = '', value = ''] = fields;
    const say = (code: RowDefect['code'], field: string, found: string, message: string): void => {
      defects.push({ code, line, field, value: quoteValue(found), message });
    };
    const kind = Kind.safeParse(type);
    const amount = /^\d+(\.\d+)?([eE]-?\d+)?$/.test(value) ? Number(value) : Number.NaN;
    if (fields.length < 4) say('columns', '', fields.join(','), `expected at least 4 columns, found ${fields.length}`);
    else if (!/^[A-Z0-9][A-Z0-9&_.-]{0,31}$/.test(symbol)) say('symbol', 'symbol', symbol, 'expected a symbol');
    else if (dayOf(exDate) < 0) say('date', 'ex_date', exDate, 'expected a date as YYYY-MM-DD');
    else if (!kind.success) say('action', 'type', type, `expected one of ${Kind.options.join(', ')}`);
    else if (!(amount > 0)) say('action', 'value', value, 'expected a number above 0');
    else if (kind.data === 'demerger_or_rights' && amount < 1) {
      // What leaves a company lowers its price. Sources derived from vendor-adjusted prices hold such rows as artefacts.
      const message = 'a demerger or rights issue cannot raise the price: expected a factor of 1 or more';
      say('action', 'value', value, message);
    } else {
      const action = { symbol, exDay: dayOf(exDate), kind: kind.data, value: amount };
      const key = actionKey(action);
      const twin = known.get(key);
      if (twin === undefined) known.set(key, action);
      else if (twin.value === amount) duplicates++;
      else say('duplicate_conflict', 'value', value, `the same action stands in the file with the value ${twin.value}`);
    }
  }
  return { actions: [...known.values()], defects, rows: rows.length, duplicates };
}

const actionKey = (action: CorporateAction): string => `${action.symbol} ${action.exDay} ${action.kind}`;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Epoch day of `YYYY-MM-DD`; -1 when there is no such day. */
function dayOf(text: string): number {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year === undefined ? -1 : epochDayOf(Number(year), Number(month), Number(day));
}

/** By how much prices before the ex-date are multiplied, and share counts divided. Dividends change neither. */
function factorsOf(action: CorporateAction): { price: number; shares: number } {
  if (action.kind === 'split_or_bonus') return { price: 1 / action.value, shares: action.value };
  if (action.kind === 'demerger_or_rights') return { price: 1 / action.value, shares: 1 };
  return { price: 1, shares: 1 };
}

/**
 * Adjusted bars: every bar in the shares of `asOfDay`, also those before an ex-date that has no bar yet. Actions with a later ex-date
 * are not used, so that a value stamped at a day depends on nothing after it. Dividends are not applied to prices.
 * The raw bars are left as they are; without actions the same columns are returned.
 */
export function adjustDaily(bars: DailyBars, actions: readonly CorporateAction[], asOfDay: number): DailyBars {
  const used = actions
    .filter(({ symbol, exDay, kind }) => symbol === bars.symbol && exDay <= asOfDay && kind !== 'dividend')
    .sort((a, b) => b.exDay - a.exDay);
  if (used.length === 0) return bars;
  const { length } = bars.sessionDay;
  const price = new Float64Array(length);
  const shares = new Float64Array(length);
  let priceFactor = 1;
  let shareFactor = 1;
  let next = 0;
  for (let row = length - 1; row >= 0; row--) {
    while (next < used.length && used[next]!.exDay > bars.sessionDay[row]!) {
      const factors = factorsOf(used[next]!);
      priceFactor *= factors.price;
      shareFactor *= factors.shares;
      next++;
    }
    price[row] = priceFactor;
    shares[row] = shareFactor;
  }
  const scaled = (column: Float64Array, factors: Float64Array): Float64Array =>
    column.map((value, row) => value * factors[row]!);
  return {
    symbol: bars.symbol,
    sessionDay: bars.sessionDay,
    open: scaled(bars.open, price),
    high: scaled(bars.high, price),
    low: scaled(bars.low, price),
    close: scaled(bars.close, price),
    volumeShares: scaled(bars.volumeShares, shares),
  };
}

/** Actions by symbol, each list ascending by ex-date, for callers that adjust many instruments. */
export function actionsBySymbol(actions: readonly CorporateAction[]): Map<string, CorporateAction[]> {
  const bySymbol = new Map<string, CorporateAction[]>();
  for (const action of [...actions].sort((a, b) => a.exDay - b.exDay)) {
    const list = bySymbol.get(action.symbol);
    if (list === undefined) bySymbol.set(action.symbol, [action]);
    else list.push(action);
  }
  return bySymbol;
}

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const actionsItemKey = (market: string) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'ACTIONS' }) as const;

/**
 * Adds actions to the market's; one with the same symbol, ex-date and kind takes the new value. Returns how many were
 * new or changed.
 */
export async function saveActions(ports: Ports, market: string, fresh: readonly CorporateAction[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const before = await ports.items.get(actionsItemKey(market));
    const stored = before === undefined ? [] : await readActions(ports, before);
    const known = new Map(stored.map((action) => [actionKey(action), action]));
    let changed = 0;
    for (const action of fresh) {
      if (known.get(actionKey(action))?.value === action.value) continue;
      known.set(actionKey(action), action);
      changed++;
    }
    if (changed === 0) return 0;
    const sorted = [...known.values()].sort((a, b) => {
      const [x, y] = [sortKey(a), sortKey(b)];
      return x < y ? -1 : x > y ? 1 : 0;
    });
    const bytes = new TextEncoder().encode(JSON.stringify(sorted));
    const { key, sha256 } = await ports.objects.put(`lake/${market}/actions`, bytes, '.json');
    const item = { ...actionsItemKey(market), v: 1, body: { key, sha256, count: sorted.length } };
    if (await putUnlessChanged(ports.items, item, before, attempt)) return changed;
  }
}

const sortKey = (action: CorporateAction): string => `${action.symbol} ${fromEpochDay(action.exDay)} ${action.kind}`;

/** The market's corporate actions by symbol and ex-date; none when none were imported. */
export async function loadActions(ports: Ports, market: string): Promise<readonly CorporateAction[]> {
  const item = await ports.items.get(actionsItemKey(market));
  if (item === undefined) return [];
  return readActions(ports, item);
}

function readActions(ports: Pick<Ports, 'objects'>, item: StoredItem): Promise<readonly CorporateAction[]> {
  return readJsonObject(ports.objects, item.body['key'], z.array(CorporateAction), 'corporate actions');
}
