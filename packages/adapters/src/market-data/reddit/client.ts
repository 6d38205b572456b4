import { EXCHANGES } from '@aion/core';
import type { RecordSource } from '@aion/market/records';
import { faultOf } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { mapListing } from './map.ts';
import { Listing, Token } from './schema.ts';

export interface RedditOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subreddits: readonly string[];
  readonly authUrl?: string;
  readonly apiUrl?: string;
}

const MINUTE_MS = 60_000;
/** Reddit lists at most the newest thousand posts. */
const PAGES = 10;

/** New posts of subreddits, as an application without a user. */
export function makeReddit(http: SourceHttp, options: RedditOptions): RecordSource {
  const { clientId, clientSecret, authUrl = 'https://www.reddit.com', apiUrl = 'https://oauth.reddit.com' } = options;
  let token: { value: string; untilMs: number } | undefined;

  async function signIn(signal: AbortSignal): Promise<string> {
    if (token !== undefined && token.untilMs > http.clock.monotonicMs()) return token.value;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'grant_type=client_credentials';
    const request = {
      url: `${authUrl}/api/v1/access_token`,
      method: 'POST',
      headers,
      body,
      accept: 'json',
      signal,
    } as const;
    const { value } = await http.json(request, Token);
    token = { value: value.access_token, untilMs: http.clock.monotonicMs() + value.expires_in * 1000 - MINUTE_MS };
    return token.value;
  }

  async function page(subreddit: string, after: string | undefined, signal: AbortSignal) {
    const headers = { authorization: `Bearer ${await signIn(signal)}` };
    const query = { limit: 100, after, raw_json: 1 };
    try {
      return await http.json({ url: `${apiUrl}/r/${subreddit}/new`, query, headers, accept: 'json', signal }, Listing);
    } catch (error) {
      // A token that was taken back: the next question signs in again.
      if (faultOf(error) === 'denied') token = undefined;
      throw error;
    }
  }

  return {
    name: http.source,
    kinds: ['social'],
    async fetch(request) {
      requireKind(http.source, request, ['social'], EXCHANGES);
      const wanted = requireSymbols(http.source, request);
      const signal = http.operation(request.signal);
      const parts = [];
      for (const subreddit of options.subreddits) {
        let after: string | undefined;
        for (let number = 0; number < PAGES; number++) {
          const { value, provenance } = await page(subreddit, after, signal);
          const { records, rejected } = mapListing(value, wanted, provenance);
          const inside = records.filter(({ eventMs }) => eventMs >= request.fromMs && eventMs <= request.toMs);
          parts.push({ records: inside, rejected, provenance });
          const oldestMs = Math.min(...value.data.children.map(({ data }) => data.created_utc * 1000));
          after = value.data.after ?? undefined;
          if (after === undefined || oldestMs < request.fromMs) break;
        }
      }
      return joinFetched(parts);
    },
  };
}
