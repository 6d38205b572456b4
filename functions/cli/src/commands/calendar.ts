import type { Command } from 'commander';
import { type Exchange, AppError, SessionDate, toIso } from '@aion/core';
import { loadCalendar, type SessionInfo } from '@aion/market';
import { MARKET_OPTION, marketOf, olderMarketOption, print } from '../session.ts';

/** Sessions of an exchange with their hours; days that are only expected say so. */
export function addCalendarCommand(program: Command): void {
  program
    .command('calendar')
    .description('sessions, holidays, half days and special sessions of an exchange')
    .option(...MARKET_OPTION)
    .addOption(olderMarketOption())
    .requiredOption('--from <YYYY-MM-DD>', 'first day')
    .requiredOption('--to <YYYY-MM-DD>', 'last day')
    .option('--special', 'only days out of the ordinary', false)
    .option('--json', 'print as JSON', false)
    .action(
      (options: { market: Exchange; exchange?: string; from: string; to: string; special: boolean; json: boolean }) => {
        for (const date of [options.from, options.to]) {
          if (!SessionDate.safeParse(date).success)
            throw new AppError('bad_input', `expected a date as YYYY-MM-DD, found "${date}"`);
        }
        if (options.from > options.to)
          throw new AppError('bad_input', `--from ${options.from} is after --to ${options.to}; swap them`);
        const calendar = loadCalendar(marketOf(options));
        // Asks for both ends first: outside its data the calendar refuses, it does not guess.
        const sessions = new Set(calendar.sessionsBetween(options.from, options.to));
        const rows = daysBetween(options.from, options.to).flatMap((date): Day[] => {
          const session = calendar.session(date);
          const provisional = calendar.isProvisional(date);
          if (session.kind === 'closed') {
            return session.reason === 'weekend' ? [] : [{ date, kind: 'closed', note: session.reason, provisional }];
          }
          if (options.special && session.kind === 'regular') return [];
          const note = `${toIso(session.openMs).slice(11, 16)}–${toIso(session.closeMs).slice(11, 16)} UTC`;
          return [{ date, kind: session.kind, note, provisional }];
        });
        const { coverage, timeZone } = calendar;
        print(options, { exchange: calendar.exchange, timeZone, coverage, sessions: sessions.size, days: rows }, () =>
          [
            `${calendar.exchange} (${timeZone}): ${sessions.size} sessions; known ${coverage.from} to ${coverage.to}, expected only from ${coverage.provisionalFrom}`,
            ...rows.map(
              ({ date, kind, note, provisional }) =>
                `${date}  ${kind.padEnd(8)} ${note}${provisional ? '  (expected)' : ''}`,
            ),
          ].join('\n'),
        );
      },
    );
}

interface Day {
  readonly date: SessionDate;
  readonly kind: SessionInfo['kind'];
  readonly note: string;
  readonly provisional: boolean;
}

function daysBetween(from: SessionDate, to: SessionDate): SessionDate[] {
  const days: SessionDate[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 86_400_000) days.push(toIso(ms).slice(0, 10));
  return days;
}
