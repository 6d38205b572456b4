import { compactDate, type SessionDate, toEpochDay } from '@aion/core';
import type { FetchedRecords, FlagList } from '@aion/market/records/index';
import type { Provenance } from '@aion/market/sources/index';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-http.ts';
import { joinFetched } from '../drafts.ts';
import { asmEntries, gsmEntries, mapMeetings, parseBan, parseSecurities, toFlagList } from './flags-map.ts';
import { nseOpening, nseQueryDate } from './nse-time.ts';
import { AsmReport, BoardMeetings, GsmReport } from './records-schema.ts';
import { makeNseSession } from './session.ts';

export interface NseFlags {
  /** The lists that apply from the opening of a session on: surveillance, trade-to-trade, ban, bands. */
  lists(session: SessionDate, signal?: AbortSignal): Promise<readonly FlagList[]>;
  /** Days on which companies decide on their results. */
  results(fromMs: number, toMs: number, signal?: AbortSignal): Promise<FetchedRecords>;
}

/** What bars or limits entries, from the exchange's own lists. */
export function makeNseFlags(
  http: SourceHttp,
  homeUrl = 'https://www.nseindia.com',
  archiveUrl = 'https://nsearchives.nseindia.com',
): NseFlags {
  const session = makeNseSession(http, homeUrl);

  async function csv<T>(path: string, parse: (text: string) => T | undefined, what: string, signal: AbortSignal) {
    const answer = await session.body({ url: `${archiveUrl}${path}`, accept: 'csv', signal }, (given) => {
      if (parse(given.text()) !== undefined) return;
      throw sourceFault('shape', http.source, `expected ${what}, found another file; the exchange may have changed it`);
    });
    return { value: parse(answer.text())!, provenance: answer.provenance };
  }

  return {
    async lists(date, outer) {
      const signal = http.operation(outer);
      const day = toEpochDay(date);
      const asm = await session.json(`${homeUrl}/api/reportASM`, AsmReport, signal);
      const gsm = await session.json(`${homeUrl}/api/reportGSM`, GsmReport, signal);
      const ban = await csv('/content/fo/fo_secban.csv', parseBan, 'the list of securities in ban', signal);
      const [year, month, dayOfMonth] = [
        compactDate(date).slice(0, 4),
        compactDate(date).slice(4, 6),
        compactDate(date).slice(6),
      ];
      const path = `/content/equities/sec_list_${dayOfMonth}${month}${year}.csv`;
      const securities = await csv(path, parseSecurities, 'the list of securities', signal);
      if (ban.value.day !== day) {
        throw sourceFault(
          'shape',
          http.source,
          `expected the ban of ${date}, found that of another day; ask again later`,
        );
      }
      const fromMs = nseOpening(day);
      // A list that is fetched late applies from its session on, but was known only then.
      const list = (flag: FlagList['flag'], entries: FlagList['entries'], from: Provenance): FlagList =>
        toFlagList(flag, entries, { fromMs, knownMs: from.fetchedMs }, from);
      return [
        list('asm', asmEntries(asm.value), asm.provenance),
        list('gsm', gsmEntries(gsm.value), gsm.provenance),
        list('fno_ban', ban.value.entries, ban.provenance),
        list('price_band', securities.value.bands, securities.provenance),
        list('t2t', securities.value.tradeToTrade, securities.provenance),
      ];
    },
    async results(fromMs, toMs, outer) {
      const range = `from_date=${nseQueryDate(fromMs)}&to_date=${nseQueryDate(toMs)}`;
      const url = `${homeUrl}/api/event-calendar?index=equities&${range}`;
      const { value, provenance } = await session.json(url, BoardMeetings, http.operation(outer));
      return joinFetched([{ ...mapMeetings(value, provenance), provenance }]);
    },
  };
}
