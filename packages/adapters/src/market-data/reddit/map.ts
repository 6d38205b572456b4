import type { Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, plainText, symbolsIn } from '../drafts.ts';
import type { Listing } from './schema.ts';

/** Posts that name one of the wanted symbols. Who wrote them is not kept. */
export function mapListing({ data }: Listing, wanted: readonly string[], provenance: Provenance): DraftCollector {
  const all = collectDrafts('reddit', provenance);
  for (const { data: post } of data.children) {
    const text = plainText(`${post.title}\n${post.selftext ?? ''}`);
    const symbols = symbolsIn(text, wanted);
    if (symbols.length === 0) continue;
    const eventMs = Math.round(post.created_utc * 1000);
    all.add({ kind: 'social', postId: post.name, symbols, eventMs, knownMs: eventMs, channel: post.subreddit, text });
  }
  return all;
}
