import { type BarTable, PRICE_COLUMNS } from '@aion/market';
import { DAY, MINUTE, SOURCE, SYMBOL, VOLUME } from './columns.ts';
import { encodeTable, joined, type TableColumn } from './table-encoder.ts';

const ROW_GROUP_ROWS = 32_768;

/** Writes a table of bars as a file of Parquet whose pages this product's decoder reads without detours. */
export function encodeBars(table: BarTable): Uint8Array {
  const options = { name: 'bars', rowGroupRows: ROW_GROUP_ROWS, codec: 'zstd' } as const;
  return joined(encodeTable(columnsOf(table), table.symbolIndex.length, options));
}

function columnsOf(table: BarTable): TableColumn[] {
  const { provenance, openMinute } = table;
  return [
    // The bounds of these two let a reader of few symbols, or of few days, skip row groups.
    { name: SYMBOL, words: table.symbols, index: table.symbolIndex, bounds: true },
    { name: DAY, values: table.sessionDay, isDate: true, bounds: true },
    ...(openMinute === null ? [] : [{ name: MINUTE, values: openMinute }]),
    ...PRICE_COLUMNS.map((name) => ({ name, values: table[name] })),
    { name: VOLUME, values: table.volumeShares },
    ...(provenance === undefined ? [] : [{ name: SOURCE, words: provenance.ids, index: provenance.index }]),
  ];
}
