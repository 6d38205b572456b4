import { columnName } from './column-name.ts';

/** Names of the columns of instrument lists, as exchanges, brokers and vendors have them. */
const NAMES = {
  symbol: ['symbol', 'tradingsymbol', 'tckrsymb', 'ticker'],
  name: ['companyname', 'nameofcompany', 'securityname', 'fininstrmnm', 'name', 'longname'],
  sector: ['industry', 'sector'],
  series: ['series', 'sctysrs'],
  isin: ['isincode', 'isinnumber', 'isin', 'isinno'],
  type: ['instrumenttype', 'securitytype', 'assettype', 'assetclass', 'quotetype', 'type'],
  exchange: ['exchange', 'exch'],
} as const;
export type InstrumentField = keyof typeof NAMES;

/** With one of these a file holds prices or events of instruments, not the instruments. */
const NOT_A_LIST = ['date', 'datetime', 'timestamp', 'time', 'open', 'high', 'low', 'close', 'volume', 'value', 'text'];

/** Where each column stands; −1 where there is none. */
export type InstrumentHeader = Readonly<Record<InstrumentField, number>>;

export function readInstrumentHeader(fields: readonly string[]): InstrumentHeader {
  const names = fields.map(columnName);
  const place = (field: InstrumentField): number =>
    NAMES[field].map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  return {
    symbol: place('symbol'),
    name: place('name'),
    sector: place('sector'),
    series: place('series'),
    isin: place('isin'),
    type: place('type'),
    exchange: place('exchange'),
  };
}

/** Whether a header is that of a list of instruments: a symbol, and what says something of it. */
export function isInstrumentHeader(names: readonly string[]): boolean {
  const { symbol, name, series, isin, type } = readInstrumentHeader(names);
  return symbol >= 0 && Math.max(name, series, isin, type) >= 0 && !NOT_A_LIST.some((other) => names.includes(other));
}
