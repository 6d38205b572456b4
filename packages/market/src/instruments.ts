import { type ItemTable, type ObjectStore, type StoredItem, canonicalJson } from '@aion/core';
import { z } from 'zod';
import { type RowDefect, quoteValue } from './defects.ts';
import { csvRows } from './parse/csv-rows.ts';
import { putUnlessChanged, readJsonObject } from './pointed-object.ts';

export const Instrument = z.strictObject({
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9&_.-]{0,31}$/),
  series: z.string(),
  isin: z.string().optional(),
  name: z.string().optional(),
  sector: z.string().optional(),
});
/** A listed instrument. What a list does not say is absent, not empty. */
export type Instrument = z.infer<typeof Instrument>;

/**
 * Whether an instrument is a unit of a fund: an ETF, or a liquid or gilt fund. NSDL gives units of funds ISINs that begin with INF.
 * Without an ISIN, or without a row in the instrument list, it counts as a share.
 */
export const isFund = (instrument: Pick<Instrument, 'isin'> | undefined): boolean =>
  instrument?.isin?.startsWith('INF') === true;

const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;

export interface ParsedInstruments {
  readonly instruments: readonly Instrument[];
  readonly defects: readonly RowDefect[];
  readonly rows: number;
  /** Rows whose symbol stands in the list before. */
  readonly duplicates: number;
}

/** Reads the exchange's constituent list: `Company Name,Industry,Symbol,Series,ISIN Code`. */
export function parseInstruments(text: string): ParsedInstruments {
  const [, ...rows] = csvRows(text);
  const bySymbol = new Map<string, Instrument>();
  const defects: RowDefect[] = [];
  for (const { line, fields } of rows) {
    const [name, sector, symbol = '', series = '', isin] = fields;
    const candidate = Instrument.safeParse({
      symbol,
      series,
      ...(name && { name }),
      ...(sector && { sector }),
      ...(isin && ISIN.test(isin) && { isin }),
    });
    if (fields.length !== 5) {
      const message = `expected 5 columns, found ${fields.length}; correct the row and import the file again`;
      defects.push({ code: 'columns', line, field: '', value: quoteValue(fields.join(',')), message });
    } else if (!candidate.success) {
      const message = 'expected a symbol of capital letters, digits and & _ . -; correct it and import the file again';
      defects.push({ code: 'symbol', line, field: 'Symbol', value: quoteValue(symbol), message });
    } else {
      bySymbol.set(symbol, candidate.data);
    }
  }
  const duplicates = rows.length - defects.length - bySymbol.size;
  return { instruments: [...bySymbol.values()], defects, rows: rows.length, duplicates };
}

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const instrumentsKey = (market: string) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'INSTRUMENTS' }) as const;

/**
 * Adds instruments to the market's list; of an instrument that is known already the new facts win, field by field.
 * Returns how many were new or changed.
 */
export async function saveInstruments(ports: Ports, market: string, fresh: readonly Instrument[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const before = await ports.items.get(instrumentsKey(market));
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
    if (changed === 0) return 0;
    const sorted = [...bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    const bytes = new TextEncoder().encode(JSON.stringify(sorted));
    const { key } = await ports.objects.put(`lake/${market}/instruments`, bytes, '.json');
    const item = { ...instrumentsKey(market), v: 1, body: { key, count: sorted.length } };
    if (await putUnlessChanged(ports.items, item, before, attempt)) return changed;
  }
}

/** The market's instruments sorted by symbol; none when no list was imported. */
export async function loadInstruments(ports: Ports, market: string): Promise<readonly Instrument[]> {
  const item = await ports.items.get(instrumentsKey(market));
  if (item === undefined) return [];
  return readInstruments(ports, item);
}

function readInstruments(ports: Pick<Ports, 'objects'>, item: StoredItem): Promise<readonly Instrument[]> {
  return readJsonObject(ports.objects, item.body['key'], z.array(Instrument), 'instruments');
}
