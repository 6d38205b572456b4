import type { Command } from 'commander';
import { type Exchange, AppError, fromEpochDay, SessionDate, toEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { loadJoinedMarket, shareOf } from '@aion/jobs/lake';
import { MARKET_OPTION, marketOf, print, withHome } from '../session.ts';

interface BarsOptions {
  readonly symbol: string;
  readonly from?: string;
  readonly to?: string;
  readonly adjusted: boolean;
  readonly market: Exchange;
  readonly json: boolean;
}

export function addBarsCommand(program: Command): void {
  program
    .command('bars')
    .description('daily bars of one share, by any symbol it had')
    .requiredOption('--symbol <symbol>', 'as on the exchange, e.g. RELIANCE')
    .option('--from <YYYY-MM-DD>', 'first session')
    .option('--to <YYYY-MM-DD>', 'last session')
    .option('--adjusted', 'adjust for splits, bonuses and demergers known now', false)
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: BarsOptions) => {
      const market = marketOf(options);
      const day = (name: 'from' | 'to'): number | undefined => {
        const text = options[name];
        if (text === undefined) return undefined;
        if (!SessionDate.safeParse(text).success)
          throw new AppError('bad_input', `--${name} needs YYYY-MM-DD, found "${text}"`);
        return toEpochDay(text);
      };
      const [fromDay, toDay] = [day('from'), day('to')];
      if (fromDay !== undefined && toDay !== undefined && fromDay > toDay) {
        throw new AppError('bad_input', `--from ${options.from} is after --to ${options.to}; swap them`);
      }
      const { bars, olderNames } = await withHome(async (embedded) => {
        const asOfDay = toEpochDay(loadCalendar(market).dateAt(embedded.clock.nowMs()));
        return shareOf(
          await loadJoinedMarket(embedded, market),
          options.symbol.toUpperCase(),
          asOfDay,
          options.adjusted,
        );
      });
      const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
      const rows = Array.from(bars.sessionDay, (sessionDay, i) => ({
        sessionDate: fromEpochDay(sessionDay),
        open: rounded(bars.open[i]!),
        high: rounded(bars.high[i]!),
        low: rounded(bars.low[i]!),
        close: rounded(bars.close[i]!),
        volume: Math.round(bars.volumeShares[i]!),
      })).filter(({ sessionDate }) => {
        const at = toEpochDay(sessionDate);
        return (fromDay === undefined || at >= fromDay) && (toDay === undefined || at <= toDay);
      });
      print(options, { symbol: bars.symbol, olderNames, adjusted: options.adjusted, bars: rows }, () => {
        const line = (cells: readonly (string | number)[]): string =>
          cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(14))).join('');
        return [
          ...(olderNames.length === 0 ? [] : [`${bars.symbol}, before ${olderNames.join(', before ')}`]),
          line(['session', 'open', 'high', 'low', 'close', 'volume']),
          ...rows.map((row) => line(Object.values(row))),
        ].join('\n');
      });
    });
}
