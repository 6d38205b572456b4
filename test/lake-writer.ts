// Writes day after day into the lake of a folder and joins them now and then, until it is killed. Arguments: FOLDER.
// Prints the number of days after each commit.
import { makeFileObjectStore } from '@aion/adapters/files/object-store';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { join } from 'node:path';
import { type BarTable, type LakePorts, commitBars, compactLake, readManifest, toBarTable } from '@aion/market';

const FIRST_DAY = 19_000;
const SYMBOLS = ['A', 'B', 'C', 'D'];

export function openLake(folder: string): LakePorts & { close(): void } {
  const state = openStateFile(join(folder, 'state.db'));
  return {
    items: makeSqliteItemTable(state, systemClock),
    objects: makeFileObjectStore(join(folder, 'objects')),
    codec: makeParquetBarCodec(),
    close: () => state.close(),
  };
}

/** The bars of days by their numbers; the same for everyone. */
export function barsOfDays(from: number, count: number): BarTable {
  return toBarTable(
    SYMBOLS.map((symbol, i) => {
      const column = Float64Array.from({ length: count }, (_, day) => 1000 * (i + 1) + from + day);
      return {
        symbol,
        sessionDay: Int32Array.from({ length: count }, (_, day) => FIRST_DAY + from + day),
        open: column,
        high: column,
        low: column,
        close: column,
        volumeShares: column,
      };
    }),
  );
}

if (import.meta.main) {
  const ports = openLake(process.argv[2]!);
  process.stdout.write('ready\n');
  for (;;) {
    const { length } = (await readManifest(ports, 'NSE')).sessionDays;
    const { manifest } = await commitBars(ports, 'NSE', 'daily', barsOfDays(length, 1));
    process.stdout.write(`${manifest.sessionDays.length}\n`);
    if (length % 4 === 3) await compactLake(ports, 'NSE', 'daily', { today: FIRST_DAY, all: true });
  }
}
