import type { Command } from 'commander';
import { AppError } from '@aion/core';
import { count, print, STAGE_OPTION, withState } from '../session.ts';

interface QueueOptions {
  readonly stage?: string;
  readonly json: boolean;
}

/** The dead letters of the billing queue: messages that failed too often and wait for someone. */
export function addQueueCommand(program: Command): void {
  program
    .command('queue')
    .description('dead letters of the billing queue: list them, show one whole, or put all back')
    .argument('<action>', 'list, show or redrive')
    .argument('[id]', 'of the message to show')
    .option(...STAGE_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (action: string, id: string | undefined, options: QueueOptions) => {
      if (!['list', 'show', 'redrive'].includes(action))
        throw new AppError('bad_input', `expected list, show or redrive, found "${action}"`);
      if (action === 'show' && id === undefined)
        throw new AppError('bad_input', 'show needs the id of a message; `aion queue list` has them');
      await withState(options.stage, async ({ billingQueue }) => {
        const queue = billingQueue();
        if (action === 'redrive') {
          const redriven = await queue.redrive();
          print(options, { redriven }, () => `${count(redriven)} messages are in the queue again`);
          return;
        }
        const dead = await queue.deadLetters();
        if (action === 'list') {
          const rows = dead.map(({ id: name, groupId, deliveries }) => ({ id: name, groupId, deliveries }));
          print(options, { deadLetters: rows }, () =>
            rows.length === 0
              ? 'no dead letters'
              : rows.map((row) => `${row.id}  ${row.groupId}  ${row.deliveries} deliveries`).join('\n'),
          );
          return;
        }
        const found = dead.find((message) => message.id === id);
        if (found === undefined)
          throw new AppError('not_found', `there is no dead letter "${id}"; \`aion queue list\` has them`);
        print(options, found, () => found.body);
      });
    });
}
