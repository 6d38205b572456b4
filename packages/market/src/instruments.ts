import {
  type Exchange,
  type ItemChange,
  type ItemTable,
  type ObjectStore,
  type StoredItem,
  canonicalJson,
  changeItem,
} from '@aion/core';
import { z } from 'zod';
import { type RowDefect, quoteValue } from './defects.ts';
import { isFundType } from './funds.ts';
import { csvRows } from './parse/csv-rows.ts';
import { isExchangeOf } from './parse/exchange-name.ts';
import { type InstrumentField, readInstrumentHeader } from './parse/instrument-header.ts';
import { readSpelling } from './parse/symbol-spelling.ts';
import { readJsonObject, type PointedForm } from './pointed-object.ts';
import { Instrument } from './instrument.ts';

const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;

export interface ParsedInstruments {
  readonly instruments: readonly Instrument[];
  readonly defects: readonly RowDefect[];
  readonly rows: number;
  /** Rows whose symbol stands in the list before. */
  readonly duplicates: number;
}

/** What a broker's list has beside shares and funds: derivatives, whose symbols are contracts. */
const DERIVATIVE = /^(?:FUT|OPT|CE|PE|CALL|PUT)/i;

/**
 * Reads a list of instruments by the names of its columns: a symbol, and of series, ISIN, name, sector and type those that it has. Symbols are
 * read as in files of bars; rows of another exchange and derivatives are passed over where the list says so.
 */
export function parseInstruments(text: string, market: Exchange): ParsedInstruments {
  const [header, ...rows] = csvRows(text);
  const at = readInstrumentHeader(header?.fields ?? []);
  const columns = header?.fields.length ?? 0;
  const bySymbol = new Map<string, Instrument>();
  const defects: RowDefect[] = [];
  let passedOver = 0;
  for (const { line, fields } of rows) {
    const cell = (field: InstrumentField): string => fields[at[field]] ?? '';
    const spelling = readSpelling(cell('symbol'), market);
    const isin = cell('isin').toUpperCase();
    const [name, sector] = [cell('name'), cell('sector')];
    const isOther =
      spelling.kind !== 'symbol' || !isExchangeOf(market, cell('exchange')) || DERIVATIVE.test(cell('type'));
    const candidate = Instrument.safeParse({
      symbol: spelling.kind === 'symbol' ? spelling.symbol : '',
      series: at.series < 0 ? 'EQ' : cell('series').toUpperCase(),
      ...(name && { name }),
      ...(sector && { sector }),
      ...(ISIN.test(isin) && { isin }),
      ...(isFundType(cell('type')) && { fund: true }),
    });
    if (fields.slice(0, columns).length < columns || fields.slice(columns).some((extra) => extra !== '')) {
      const message = `expected ${columns} columns, found ${fields.length}; correct the row and import the file again`;
      defects.push({ code: 'columns', line, field: '', value: quoteValue(fields.join(',')), message });
    } else if (isOther) passedOver++;
    else if (!candidate.success) {
      const message = 'expected a symbol of capital letters, digits and & _ . -; correct it and import the file again';
      defects.push({
        code: 'symbol',
        line,
        field: header!.fields[at.symbol]!,
        value: quoteValue(cell('symbol')),
        message,
      });
    } else bySymbol.set(candidate.data.symbol, candidate.data);
  }
  const duplicates = rows.length - defects.length - passedOver - bySymbol.size;
  return { instruments: [...bySymbol.values()], defects, rows: rows.length - passedOver, duplicates };
}

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const INSTRUMENTS: PointedForm<Instrument[]> = {
  what: 'instruments',
  v: 1,
  schema: z.array(Instrument),
  advice: 'restore a backup, then import the lists that came after it again',
};

const instrumentsKey = (market: Exchange) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'INSTRUMENTS' }) as const;

/**
 * Adds instruments to the market's list; of an instrument that is known already the new facts win, field by field.
 * Returns how many were new or changed.
 */
export async function saveInstruments(ports: Ports, market: Exchange, fresh: readonly Instrument[]): Promise<number> {
  const add = async (before: StoredItem | undefined): Promise<ItemChange<number>> => {
    const known = before === undefined ? [] : await readInstruments(ports, before);
    const bySymbol = new Map(known.map((instrument) => [instrument.symbol, instrument]));
    let changed = 0;
    for (const instrument of fresh) {
      const old = bySymbol.get(instrument.symbol);
      const joined = { ...old, ...instrument };
      if (old !== undefined && canonicalJson(old) === canonicalJson(joined)) continue;
      bySymbol.set(instrument.symbol, joined);
      changed++;
    }
    if (changed === 0) return { result: 0 };
    const sorted = [...bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    const bytes = new TextEncoder().encode(JSON.stringify(sorted));
    const { key } = await ports.objects.put(`lake/${market}/instruments`, bytes, '.json');
    return { item: { v: INSTRUMENTS.v, body: { key, count: sorted.length } }, result: changed };
  };
  return changeItem(ports.items, instrumentsKey(market), add, { what: `the instruments of ${market}` });
}

/** The market's instruments sorted by symbol; none when no list was imported. */
export async function loadInstruments(ports: Ports, market: Exchange): Promise<readonly Instrument[]> {
  const item = await ports.items.get(instrumentsKey(market));
  if (item === undefined) return [];
  return readInstruments(ports, item);
}

function readInstruments(ports: Pick<Ports, 'objects'>, item: StoredItem): Promise<readonly Instrument[]> {
  return readJsonObject(ports.objects, item, INSTRUMENTS);
}
