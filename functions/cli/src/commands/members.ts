import type { Command } from 'commander';
import { type Exchange, AppError, fromEpochDay, SessionDate, toEpochDay } from '@aion/core';
import { loadMemberLists, memberListVersion, membersAsOf } from '@aion/market';
import { MARKET_OPTION, marketOf, print, withHome } from '../session.ts';

/** Who belonged to an index on a day, as far as lists are known; import them as `ind_<index>list_<date>.csv`. */
export function addMembersCommand(program: Command): void {
  program
    .command('members')
    .description('members of an index as of a day, with the version of the list and its bias')
    .argument('[index]', 'e.g. NIFTY500; without it the stored lists')
    .option('--date <YYYY-MM-DD>', 'as of this day; the newest list when not given')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (index: string | undefined, options: { date?: string; market: Exchange; json: boolean }) => {
      if (options.date !== undefined && !SessionDate.safeParse(options.date).success)
        throw new AppError('bad_input', `--date needs YYYY-MM-DD, found "${options.date}"`);
      const lists = await withHome((embedded) => loadMemberLists(embedded.ingest, marketOf(options)));
      if (index === undefined) {
        const rows = lists.map((list) => ({
          index: list.index,
          asOf: fromEpochDay(list.asOfDay),
          members: list.members.length,
          version: memberListVersion(list),
          source: list.source,
        }));
        print(options, { lists: rows }, () =>
          rows.length === 0
            ? "no list is stored; import the exchange's constituent lists"
            : rows
                .map(
                  (row) =>
                    `${row.index.padEnd(20)} ${row.asOf}  ${String(row.members).padStart(5)}  ${row.version}  ${row.source}`,
                )
                .join('\n'),
        );
        return;
      }
      const day = options.date === undefined ? Infinity : toEpochDay(options.date);
      const found = membersAsOf(lists, index.toUpperCase(), day);
      if (found === undefined)
        throw new AppError('not_found', `no list of ${index.toUpperCase()} is stored; import one`);
      const { list, bias } = found;
      const value = {
        index: list.index,
        asOf: fromEpochDay(list.asOfDay),
        version: memberListVersion(list),
        bias,
        members: list.members,
      };
      print(options, value, () =>
        [
          `${list.index} as of ${value.asOf}, version ${value.version}: ${list.members.length} members`,
          ...(bias === null ? [] : [`BIAS: ${bias}`]),
          ...list.members.map(
            ({ symbol, isin, sector }) => `  ${symbol.padEnd(14)} ${(isin ?? '').padEnd(13)} ${sector ?? ''}`,
          ),
        ].join('\n'),
      );
    });
}
