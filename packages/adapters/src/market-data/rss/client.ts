import { EXCHANGES } from '@aion/core';
import { type RecordSource, subjectOf } from '@aion/market/records';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceAnswer, SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind } from '../drafts.ts';
import { parseXml } from '../xml.ts';
import { mapFeed } from './map.ts';
import { Feed } from './schema.ts';

/** Reads RSS 2.0 and Atom feeds. One that is ill does not stop the others; when all are, its fault is thrown. */
export function makeRss(http: SourceHttp, feeds: readonly string[]): RecordSource {
  function read(answer: SourceAnswer): Feed {
    const parsed = Feed.safeParse(parseXml(http, answer.text()));
    if (parsed.success) return parsed.data;
    throw sourceFault('shape', http.source, 'expected an RSS or Atom feed, found other XML; check the address', {
      url: answer.provenance.url,
    });
  }
  return {
    name: http.source,
    kinds: ['news'],
    async fetch(request) {
      requireKind(http.source, request, ['news'], EXCHANGES);
      const signal = http.operation(request.signal);
      const parts = [];
      const failures: { url: string; error: unknown }[] = [];
      // A story that stands in two feeds is taken from the first: by turns, each would look like a correction of the other.
      const taken = new Set<string>();
      for (const url of feeds) {
        try {
          const answer = await http.body({ url, accept: 'xml', signal }, (given) => void read(given));
          const { records, rejected } = mapFeed(read(answer), request.symbols, answer.provenance);
          const inside = records.filter(
            (record) =>
              record.knownMs >= request.fromMs && record.knownMs <= request.toMs && !taken.has(subjectOf(record)),
          );
          for (const record of inside) taken.add(subjectOf(record));
          parts.push({ records: inside, rejected, provenance: answer.provenance });
        } catch (error) {
          failures.push({ url, error });
        }
      }
      if (parts.length === 0 && failures.length > 0) throw failures[0]!.error;
      const joined = joinFetched(parts);
      const ill = failures.map(({ url, error }) => ({ what: http.scrub(url), why: String(error) }));
      return { ...joined, rejected: [...joined.rejected, ...ill] };
    },
  };
}
