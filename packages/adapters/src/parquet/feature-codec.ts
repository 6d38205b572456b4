import { AppError, errorMessage } from '@aion/core';
import type { FeatureTable, FeatureTableCodec } from '@aion/features';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { DAY, SYMBOL } from './columns.ts';
import { encodeTable } from './table-encoder.ts';

/** A row group a block of instruments: a reader of one symbol skips the others. */
const ROW_GROUP_ROWS = 65_536;

/** Feature tables as Parquet that is not compressed: numbers of this kind hardly shrink, and writing them is what takes the time. */
export const featureTableCodec: FeatureTableCodec = {
  encode({ symbols, symbolIndex, sessionDay, names, columns }) {
    return encodeTable(
      [
        { name: SYMBOL, words: symbols, index: symbolIndex, bounds: true },
        { name: DAY, values: sessionDay, isDate: true, bounds: true },
        ...names.map((name, at) => ({ name, values: columns[at]! })),
      ],
      sessionDay.length,
      { name: 'features', rowGroupRows: ROW_GROUP_ROWS, codec: 'none' },
    );
  },
  async decode(bytes): Promise<FeatureTable> {
    try {
      return await read(bytes);
    } catch (error) {
      throw new AppError('corrupt', `a file of features cannot be read: ${errorMessage(error)}`, { cause: error });
    }
  },
};

async function read(bytes: Uint8Array): Promise<FeatureTable> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = await parquetMetadataAsync(file);
  const leaves = metadata.schema.slice(1);
  const names = leaves.map(({ name }) => name).filter((name) => name !== SYMBOL && name !== DAY);
  const rows = (await parquetReadObjects({ file, metadata })) as Record<string, unknown>[];
  const symbols: string[] = [];
  const places = new Map<string, number>();
  const symbolIndex = Int32Array.from(rows, (row) => {
    const symbol = String(row[SYMBOL]);
    const place = places.get(symbol) ?? symbols.push(symbol) - 1;
    places.set(symbol, place);
    return place;
  });
  return {
    symbols,
    symbolIndex,
    sessionDay: Int32Array.from(rows, (row) => (row[DAY] as Date).getTime() / 86_400_000),
    names,
    columns: names.map((name) => {
      const single = leaves.find((leaf) => leaf.name === name)!.type === 'FLOAT';
      const values = rows.map((row) => row[name] as number);
      return single ? Float32Array.from(values) : Float64Array.from(values);
    }),
  };
}
