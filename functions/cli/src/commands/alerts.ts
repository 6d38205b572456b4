import type { Command } from 'commander';
import { type Exchange, AppError, SessionDate } from '@aion/core';
import { alertHistory, raiseCatalysts, workAlerts } from '@aion/jobs/alerts';
import { ALERT_TYPES, nearestHint } from '@aion/universe';
import { count, MARKET_OPTION, marketOf, print, withHome } from '../session.ts';

interface AlertOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly symbol?: string;
  readonly all: boolean;
  readonly market: Exchange;
  readonly json: boolean;
}

/** Alerts on the event bus: what scans and records raised, and the features that they ask for. */
export function addAlertsCommand(program: Command): void {
  program
    .command('alerts')
    .description(
      'alerts of scans and records: list them, raise those of records, work off the features that they ask for',
    )
    .argument('<action>', 'list, raise, work or dead')
    .option('--from <YYYY-MM-DD>', 'first session of the list; the last without it')
    .option('--to <YYYY-MM-DD>', 'last session of the list; the newest without it')
    .option('--type <type>', `only alerts of this type: ${ALERT_TYPES.join(', ')}`)
    .option('--symbol <symbol>', 'only alerts of this symbol')
    .option('--all', 'also alerts that were raised again with other figures', false)
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (action: string, options: AlertOptions) => {
      const market = marketOf(options);
      for (const name of ['from', 'to'] as const) {
        const text = options[name];
        if (text !== undefined && !SessionDate.safeParse(text).success)
          throw new AppError('bad_input', `--${name} needs YYYY-MM-DD, found "${text}"`);
      }
      const known: readonly string[] = ALERT_TYPES;
      if (options.type !== undefined && !known.includes(options.type)) {
        const hint = nearestHint(options.type, known);
        throw new AppError('bad_input', `there is no alert type "${options.type}"${hint}; types: ${known.join(', ')}`);
      }
      await withHome(async (embedded) => {
        switch (action) {
          case 'list': {
            const { from, to, events } = await alertHistory(embedded, market, {
              superseded: options.all,
              ...(options.from === undefined ? {} : { from: options.from }),
              ...(options.to === undefined ? {} : { to: options.to }),
            });
            const shown = events.filter(
              ({ alert }) =>
                (options.type === undefined || alert.type === options.type) &&
                (options.symbol === undefined || alert.symbol === options.symbol.toUpperCase()),
            );
            const row = ({ seq, alert, supersedes }: (typeof shown)[number]): string =>
              `${String(seq).padStart(7)}  ${alert.sessionDate}  ${alert.symbol.padEnd(14)}${alert.type.padEnd(20)}${alert.score.toFixed(2).padStart(5)}  ${alert.source}${supersedes === undefined ? '' : ` (in place of ${supersedes})`}`;
            const searched = `${market} ${from === to ? from : `${from} to ${to}`}`;
            return print(options, { from, to, alerts: shown }, () =>
              shown.length === 0
                ? `no alerts of ${searched}`
                : [`${searched}: ${count(shown.length)} alerts`, ...shown.map(row)].join('\n'),
            );
          }
          case 'raise': {
            const { raised, appended, failures } = await raiseCatalysts(embedded, market);
            const answer = { raised, appended: appended.length, failures };
            return print(
              options,
              answer,
              () => `${count(raised)} alerts of records, ${count(appended.length)} of them new`,
            );
          }
          case 'work': {
            const worked = await workAlerts(embedded, market);
            if (worked.failed.length > 0) process.exitCode = 1;
            return print(options, worked, () =>
              [
                `${count(worked.events)} alerts, ${count(worked.requests)} requests; ${count(worked.done)} done, ${count(worked.repeated)} done before`,
                ...worked.failed.map(({ error }) => `failed: ${error}`),
                ...(worked.deadLetters === 0
                  ? []
                  : [`${worked.deadLetters} were given up; \`aion alerts dead\` shows them`]),
              ].join('\n'),
            );
          }
          case 'dead': {
            const dead = (await Promise.all(Object.values(embedded.featureStore.queues()).map((lane) => lane.deadLetters()))).flat(); // prettier-ignore
            return print(options, { deadLetters: dead }, () =>
              dead.length === 0 ? 'no dead letters' : dead.map(({ groupId, body }) => `${groupId}  ${body}`).join('\n'),
            );
          }
          default:
            throw new AppError('bad_input', `expected list, raise, work or dead, found "${action}"`);
        }
      });
    });
}
