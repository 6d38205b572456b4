import type { Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, plainText, symbolsIn, webUrl } from '../drafts.ts';
import type { Feed } from './schema.ts';

interface Entry {
  readonly title: string;
  readonly text: string;
  readonly link: string | undefined;
  readonly id: string | undefined;
  readonly published: string;
  readonly updated: string;
}

function entriesOf(feed: Feed): { publisher: string; entries: Entry[] } {
  if ('rss' in feed) {
    const { title = '', item } = feed.rss.channel;
    const entries = item.map((given) => {
      const published = given.pubDate ?? given.date ?? '';
      const { title: headline = '', description: text = '', link, guid: id } = given;
      return { title: headline, text, link, id, published, updated: published };
    });
    return { publisher: title, entries };
  }
  const { title = '', entry } = feed.feed;
  const entries = entry.map((given) => {
    const links = given.link.map((link) => (typeof link === 'string' ? { '@href': link } : link));
    const link = (links.find((one) => ('@rel' in one ? one['@rel'] : 'alternate') === 'alternate') ?? links[0])?.[
      '@href'
    ];
    const { title: headline = '', summary, content, id, published, updated } = given;
    return {
      title: headline,
      text: summary ?? content ?? '',
      link,
      id,
      published: published ?? updated ?? '',
      updated: updated ?? published ?? '',
    };
  });
  return { publisher: title, entries };
}

/** Entries of a feed. Feeds name no symbols: those of the wanted ones are taken that stand in the words. */
export function mapFeed(feed: Feed, wanted: readonly string[], provenance: Provenance): DraftCollector {
  const all = collectDrafts('rss', provenance);
  const { publisher, entries } = entriesOf(feed);
  for (const { title, text, link, id, published, updated } of entries) {
    const headline = plainText(title);
    const summary = plainText(text, 2000);
    const eventMs = Date.parse(published);
    if (headline === '' || Number.isNaN(eventMs)) {
      all.reject(headline || 'an entry', `expected a title and a date, found "${published}"`);
      continue;
    }
    all.add({
      kind: 'news',
      storyId: id ?? link ?? headline,
      symbols: symbolsIn(`${headline} ${summary}`, wanted),
      eventMs,
      knownMs: Math.max(eventMs, Date.parse(updated) || 0),
      headline,
      summary: summary || null,
      url: webUrl(link),
      publisher: plainText(publisher, 200) || null,
    });
  }
  return all;
}
