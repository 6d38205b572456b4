import { toEpochDay } from '@aion/core';
import type { FlagList, FlagName, FlagSource } from '@aion/market/records';
import type { Provenance } from '@aion/market/sources';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched } from '../drafts.ts';
import { asmEntries, gsmEntries, mapMeetings, parseBan, parseSecurities, toFlagList } from './flags-map.ts';
import { nseOpening, nseQueryDate } from './nse-time.ts';
import { AsmReport, BoardMeetings, GsmReport } from './records-schema.ts';
import { makeNseSession } from './session.ts';

/** Flags that bar or limit entries, from the exchange's own lists. */
export function makeNseFlags(
  http: SourceHttp,
  homeUrl = 'https://www.nseindia.com',
  archiveUrl = 'https://nsearchives.nseindia.com',
): FlagSource {
  const session = makeNseSession(http, homeUrl);

  async function csv<T>(path: string, parse: (text: string) => T | undefined, what: string, signal: AbortSignal) {
    const answer = await session.body({ url: `${archiveUrl}${path}`, accept: 'csv', signal }, (given) => {
      if (parse(given.text()) !== undefined) return;
      throw sourceFault('shape', http.source, `expected ${what}, found another file; the exchange may have changed it`);
    });
    return { value: parse(answer.text())!, provenance: answer.provenance };
  }

  return {
    questions(date) {
      const day = toEpochDay(date);
      const [year, month, dayOfMonth] = date.split('-');
      const fromMs = nseOpening(day);
      // A list that is fetched late applies from its session on, but was known only then.
      const list = (flag: FlagName, entries: FlagList['entries'], from: Provenance): FlagList =>
        toFlagList(flag, entries, { fromMs, knownMs: from.fetchedMs }, from);
      return [
        {
          flags: ['asm'],
          async ask(outer) {
            const asm = await session.json(`${homeUrl}/api/reportASM`, AsmReport, http.operation(outer));
            return [list('asm', asmEntries(asm.value), asm.provenance)];
          },
        },
        {
          flags: ['gsm'],
          async ask(outer) {
            const gsm = await session.json(`${homeUrl}/api/reportGSM`, GsmReport, http.operation(outer));
            return [list('gsm', gsmEntries(gsm.value), gsm.provenance)];
          },
        },
        {
          flags: ['fno_ban'],
          async ask(outer) {
            const path = '/content/fo/fo_secban.csv';
            const ban = await csv(path, parseBan, 'the list of securities in ban', http.operation(outer));
            if (ban.value.day === day) return [list('fno_ban', ban.value.entries, ban.provenance)];
            throw sourceFault(
              'shape',
              http.source,
              `expected the ban of ${date}, found that of another day; ask again later`,
            );
          },
        },
        {
          flags: ['price_band', 't2t'],
          async ask(outer) {
            const path = `/content/equities/sec_list_${dayOfMonth}${month}${year}.csv`;
            const { value, provenance } = await csv(
              path,
              parseSecurities,
              'the list of securities',
              http.operation(outer),
            );
            return [list('price_band', value.bands, provenance), list('t2t', value.tradeToTrade, provenance)];
          },
        },
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
