import { type DailyBars, readDaily, readManifest } from '@aion/market';
import { openLake } from '../lake/our-lake.ts';
import { WARM_UP, writeFactors } from './factors.ts';

/** Reads one of so many shares of the symbols, which are cut in their order: neighbours lie in the same row groups. */
export async function readShare(folder: string, share: number, of: number): Promise<DailyBars[]> {
  const lake = openLake(folder);
  try {
    const manifest = await readManifest(lake.ports, 'NSE');
    const { symbols } = manifest;
    const [from, to] = [share, share + 1].map((part) => Math.round((part * symbols.length) / of));
    return [...(await readDaily(lake.ports, manifest, { symbols: symbols.slice(from, to) })).values()];
  } finally {
    lake.close();
  }
}

export const rowsOf = (bars: readonly DailyBars[]): number =>
  bars.reduce((sum, { close }) => sum + Math.max(close.length - WARM_UP, 0), 0);

/** Fills a share's rows; gives the first row of each symbol. */
export function fillShare(bars: readonly DailyBars[], matrix: Float32Array, row: number): number[] {
  let next = row;
  return bars.map((one) => {
    const first = next;
    next += writeFactors(one, matrix, next);
    return first;
  });
}
