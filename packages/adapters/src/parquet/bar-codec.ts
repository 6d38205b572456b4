import type { BarCodec } from '@aion/market';
import { decodeBarParts, decodeBars } from './bar-decoder.ts';
import { encodeBars } from './bar-encoder.ts';

/**
 * Bars as Parquet: `symbol` (dictionary), `session_day` (DATE), `open_minute` (INT32, exchange time, intraday only),
 * `open` … `close`, `volume_shares` (DOUBLE), `source` (dictionary, where the bar came from, when known); row groups of
 * 32,768 rows sorted by symbol, with the bounds of symbol and day; pages of 8,192 rows, zstd level 1 with checksums.
 * Written and read straight from and into typed arrays: the general writer and reader took four times as long.
 *
 * @example
 * const codec = makeParquetBarCodec();
 * const table = await codec.decode(await codec.encode(toBarTable(series)));
 */
export function makeParquetBarCodec(): BarCodec {
  return {
    ending: '.parquet',
    encode: async (table) => encodeBars(table),
    decode: decodeBars,
    decodeParts: decodeBarParts,
  };
}
