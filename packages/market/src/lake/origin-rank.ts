import type { Exchange, ItemTable } from '@aion/core';
import { loadOrigin } from './origins.ts';

/**
 * How far bars of a source are believed. The exchange's own file, and a row that a person released, stand above what was uploaded, that
 * above a vendor's word, and all of these above what was made of minutes. Bars of the simulator are a market of their own.
 */
export function rankOfSource(source: string): number {
  if (source.startsWith('derived:')) return 0;
  if (source.endsWith('_bhavcopy') || source === 'release' || source === 'simulator') return 3;
  return source === 'upload' ? 2 : 1;
}

/** The rank of an origin by its id; undefined where nothing is known of it, so that it neither replaces nor is replaced. */
export interface OriginRanks {
  /** Looks up what was not asked for before. */
  load(ids: Iterable<string>): Promise<void>;
  of(id: string): number | undefined;
  /** As the origin names it, for messages. */
  sourceOf(id: string): string | undefined;
}

export function makeOriginRanks(items: ItemTable, market: Exchange): OriginRanks {
  const sources = new Map<string, string | undefined>();
  return {
    async load(ids) {
      const asked = [...new Set(ids)].filter((id) => id !== '' && !sources.has(id));
      const found = await Promise.all(asked.map((id) => loadOrigin(items, market, id)));
      asked.forEach((id, i) => sources.set(id, found[i]?.source));
    },
    of(id) {
      const source = sources.get(id);
      return source === undefined ? undefined : rankOfSource(source);
    },
    sourceOf: (id) => sources.get(id),
  };
}
