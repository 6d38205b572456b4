import { type Exchange, AppError, type Write, changeItem } from '@aion/core';
import type { SeriesName } from '../bars.ts';
import { freshnessItem } from './freshness.ts';
import { type LakeManifest, type LakePorts, MANIFEST, manifestKey, toManifest } from './manifest.ts';

export interface ManifestChange<T> {
  /** What takes the manifest's place; left out, it stays as it is. */
  readonly after?: Omit<LakeManifest, 'version'>;
  readonly result: T;
}

const MAX_ATTEMPTS = 20;

/**
 * Puts another manifest in the place of the one that `change` was handed; it is handed the newest again when another was put there
 * meanwhile. Throws AppError(conflict) when a sweep is just removing an object that the new one needs.
 */
export async function changeManifest<T>(
  ports: Pick<LakePorts, 'items'>,
  market: Exchange,
  series: SeriesName,
  change: (before: LakeManifest) => ManifestChange<T> | Promise<ManifestChange<T>>,
): Promise<T> {
  return changeItem(
    ports.items,
    manifestKey(market, series),
    async (found) => {
      const { after, result } = await change(toManifest(found, market, series));
      if (after === undefined) return { result };
      requireNoneDoomed(after);
      // What pages show of the lake can never be of another one.
      const also: Write[] = series === 'daily' ? [{ kind: 'put', item: freshnessItem(after) }] : [];
      return { item: { v: MANIFEST.v, body: { ...after } }, also, result };
    },
    { what: `the ${series} bars of ${market}`, attempts: MAX_ATTEMPTS },
  );
}

function requireNoneDoomed({ objects, doomed }: Omit<LakeManifest, 'version'>): void {
  const lost = objects.find(({ key }) => doomed.includes(key));
  if (lost === undefined) return;
  throw new AppError('conflict', `a sweep is removing ${lost.key}, which this change needs; try again in a minute`, {
    retryable: true,
  });
}
