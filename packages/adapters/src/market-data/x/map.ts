import type { Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, plainText, symbolsIn } from '../drafts.ts';
import type { Search } from './schema.ts';

/** Posts on a symbol. Who wrote them is not kept; other symbols that are wanted and named are. */
export function mapSearch(
  { data = [] }: Search,
  symbol: string,
  wanted: readonly string[],
  provenance: Provenance,
): DraftCollector {
  const all = collectDrafts('x', provenance);
  for (const { id, text, created_at } of data) {
    const eventMs = Date.parse(created_at);
    const symbols = [...new Set([symbol, ...symbolsIn(text, wanted)])].sort();
    all.add({ kind: 'social', postId: id, symbols, eventMs, knownMs: eventMs, channel: null, text: plainText(text) });
  }
  return all;
}
