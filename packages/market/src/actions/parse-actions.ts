import { isTicker } from '@aion/core';
import { type RowDefect, quoteValue } from '../defects.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { dateOnly, makeBarTimes } from '../parse/bar-time.ts';
import { columnName } from '../parse/column-name.ts';
import { csvRows } from '../parse/csv-rows.ts';
import { type CellText, proveDateOrder } from '../parse/date-order.ts';
import { ACTION_COLUMNS } from '../parse/layout.ts';
import { readNumber } from '../parse/number-text.ts';
import { readSpelling } from '../parse/symbol-spelling.ts';
import { ActionKind, type CorporateAction, actionKey } from './corporate-action.ts';

/** An action of a file, with the source that the file names for it; absent when it names none. */
export type SourcedAction = CorporateAction & { readonly source?: string };

export interface ParsedActions {
  readonly actions: readonly SourcedAction[];
  readonly defects: readonly RowDefect[];
  readonly rows: number;
  readonly duplicates: number;
  /** Rows that were added to another of their day: two dividends, two splits. */
  readonly combined: number;
}

/** Amounts that differ by less are one amount, rounded or restated. */
const SAME_FRAC = 0.005;

// Sources that restate a dividend in the shares of the day on which they were asked.
const RESTATES_DIVIDENDS = new Set(['yahoo', 'derived']);

/**
 * Reads a CSV file of corporate actions: columns named `symbol`, `ex_date`, `type` and `value`, with symbols, dates and numbers as in files
 * of bars; a column `source` is kept. Two actions of one kind on one day by one source are both paid: dividends add up, factors multiply.
 * Two rows that say the same may be one row twice, so the second is set aside for a person to decide. A dividend of a source that restates
 * its history is in the shares of the newest day that this source covers in the file.
 */
export function parseActions(text: string, calendar: ExchangeCalendar): ParsedActions {
  const { exchange: market, currency } = calendar;
  const [header, ...rows] = csvRows(text);
  const names = (header?.fields ?? []).map(columnName);
  const at = (name: string): number => names.indexOf(name);
  const [symbolAt, dateAt, typeAt, valueAt, sourceAt] = [...ACTION_COLUMNS, 'source'].map(at) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const least = Math.max(symbolAt, dateAt, typeAt, valueAt) + 1;
  const dayOf = makeDays(
    rows.map(({ line, fields }) => ({ line, text: fields[dateAt] ?? '' })),
    calendar,
  );
  const known = new Map<string, SourcedAction>();
  /** The amounts of each action, one by one. */
  const given = new Map<string, number[]>();
  const newestDay = new Map<string, number>();
  const defects: RowDefect[] = [];
  let duplicates = 0;
  let combined = 0;
  for (const { line, fields } of rows) {
    const [written = '', exDate = '', type = '', value = ''] = [symbolAt, dateAt, typeAt, valueAt].map(
      (column) => fields[column],
    );
    const spelling = readSpelling(written, market);
    const symbol = spelling.kind === 'other_exchange' ? '' : spelling.symbol;
    const raw = fields.join(',');
    const say = (code: RowDefect['code'], field: string, found: string, message: string): void => {
      defects.push({ code, line, field, value: quoteValue(found), message, row: raw });
    };
    const kind = ActionKind.safeParse(type.toLowerCase().replaceAll(/[ -]+/g, '_'));
    // A dividend is an amount of money; the others are factors.
    const amount = readNumber(value, kind.data === 'dividend' ? currency : '') ?? Number.NaN;
    const exDay = dayOf(exDate);
    if (fields.length < least) say('columns', '', raw, `expected at least ${least} columns, found ${fields.length}`);
    // A comma between thousands that no quotes hold makes another cell, and another number.
    else if (fields.some((cell, column) => column >= names.length && cell !== ''))
      say('columns', '', raw, `expected ${names.length} columns, found ${fields.length}; quote cells with a comma`);
    else if (spelling.kind === 'other_exchange')
      say('other_exchange', 'symbol', written, `the symbol is of another exchange than ${market}; leave the row out`);
    else if (!isTicker(symbol)) say('symbol', 'symbol', written, 'expected a symbol');
    else if (typeof exDay === 'string') say('date', 'ex_date', exDate, exDay);
    else if (!kind.success) say('action', 'type', type, `expected one of ${ActionKind.options.join(', ')}`);
    else if (!(amount > 0)) say('action', 'value', value, 'expected a number above 0');
    else if (kind.data === 'demerger_or_rights' && amount < 1) {
      // What leaves a company lowers its price. Sources derived from vendor-adjusted prices hold such rows as artefacts.
      const message = 'a demerger or rights issue cannot raise the price: expected a factor of 1 or more';
      say('action', 'value', value, message);
    } else {
      // Whoever writes a file is neither the exchange nor an admin, whatever the file says.
      const named = fields[sourceAt];
      const source = named === 'admin' || named === 'exchange' ? `file:${named}` : named;
      const action = { symbol, exDay, kind: kind.data, value: amount, ...(source && { source }) };
      if (source) newestDay.set(source, Math.max(newestDay.get(source) ?? 0, action.exDay));
      const key = actionKey(action);
      const twin = known.get(key);
      if (twin === undefined) {
        known.set(key, action);
        given.set(key, [amount]);
      } else if (twin.source !== action.source) {
        if (twin.value === amount) duplicates++;
        else
          say('duplicate_conflict', 'value', value, `the same action stands in the file with the value ${twin.value}`);
      } else if (given.get(key)!.some((other) => Math.abs(other / amount - 1) < SAME_FRAC)) {
        const both = kind.data === 'dividend' ? sumOf([twin.value, amount]) : twin.value * amount;
        const message = `the same ${kind.data} stands in the file twice; if both were paid, write down ${both} for the day by \`aion actions add\``;
        say('repeated_action', 'value', value, message);
      } else {
        given.get(key)!.push(amount);
        known.set(key, { ...twin, value: kind.data === 'dividend' ? sumOf(given.get(key)!) : twin.value * amount });
        combined++;
      }
    }
  }
  const actions = [...known.values()].map((action) =>
    action.kind === 'dividend' && action.source !== undefined && RESTATES_DIVIDENDS.has(action.source)
      ? { ...action, basisDay: newestDay.get(action.source)! }
      : action,
  );
  return { actions, defects, rows: rows.length, duplicates, combined };
}

/** In millionths, so that 10.1 and 20.2 are 30.3. */
const sumOf = (amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + Math.round(amount * 1e6), 0) / 1e6;

/** Days of a file by its dates, read as those of bars are; what is wrong with a date, in words, for one that has no reading or two. */
function makeDays(cells: readonly CellText[], calendar: ExchangeCalendar): (text: string) => number | string {
  const proof = proveDateOrder(cells);
  if (proof.kind === 'contradiction') return () => proof.message;
  const times = makeBarTimes(cells, calendar, 'unread');
  return (text) => {
    const day = dateOnly(times.parse(text));
    return day !== undefined && day >= 0 ? day : 'expected a date with one reading, as YYYY-MM-DD or 15-Jan-2024';
  };
}
