import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Folder of the real data. */
export const realFolder = process.env.AION_TEST_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');

/** Whether the real market data is on this machine. Tests that need it skip with a notice where it is not. */
export const hasRealData = existsSync(resolve(realFolder, 'nse_daily_raw.csv.gz'));
if (!hasRealData) {
  process.stderr.write('real market data not found: set AION_TEST_DATA to its folder; tests on it are skipped\n');
}

/** The unpacked bytes of a real data file. */
export function realFile(name: string): Uint8Array {
  const bytes = readFileSync(resolve(realFolder, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The rows of a real CSV file behind its header, one after the other: as a list those of six years take longer than what is read of them. */
export function* realRows(name: string): Generator<string> {
  const text = new TextDecoder().decode(realFile(name));
  for (let start = text.indexOf('\n') + 1; start > 0 && start < text.length;) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? undefined : end);
    start = end + 1;
  }
}
