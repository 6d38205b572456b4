import type { Command } from 'commander';
import { findUser, tiersOf } from '@aion/accounts';
import { Role, Tier } from '@aion/contracts';
import { AppError } from '@aion/core';
import { linkForUser } from '@aion/runtime';
import { OPERATOR } from '@aion/jobs';
import { changeUser } from '@aion/jobs/users';
import { print, STAGE_OPTION, whyFrom, withHome, withState } from '../session.ts';

interface UserOptions {
  readonly id?: string;
  readonly tier?: string;
  readonly role?: string;
  readonly reason?: string;
  readonly stage?: string;
  readonly json: boolean;
}

/** What a user may: shown, or changed by the operator, which is kept with its reason. */
export function addUserCommand(program: Command): void {
  program
    .command('user')
    .description(
      'show what a user may, change tier and role, or make a link to set a password; each is kept with its reason',
    )
    .argument('<action>', 'show, set or link')
    .argument('[email]', 'of a user who has signed in once; a link makes the account where there is none')
    .option('--id <user id>', 'instead of the address, where several accounts have it')
    .option('--tier <tier>', 'basic, pro or elite; the better of it and what is paid for counts')
    .option('--role <role>', 'member or admin')
    .option('--reason <text>', 'why; kept in the audit')
    .option(...STAGE_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (action: string, email: string | undefined, options: UserOptions) => {
      if (action === 'link') return printLink(email, options);
      if (action !== 'show' && action !== 'set')
        throw new AppError('bad_input', `expected show, set or link, found "${action}"`);
      if ((email === undefined) === (options.id === undefined))
        throw new AppError('bad_input', 'name one user: by address, or by --id USER_ID');
      const who = options.id === undefined ? { email: email ?? '' } : { userId: options.id };
      const tier = Tier.optional().safeParse(options.tier);
      if (!tier.success) throw new AppError('bad_input', `--tier needs basic, pro or elite, found "${options.tier}"`);
      const role = Role.optional().safeParse(options.role);
      if (!role.success) throw new AppError('bad_input', `--role needs member or admin, found "${options.role}"`);
      const decision = action === 'set' && {
        who,
        ...(tier.data !== undefined && { tier: tier.data }),
        ...(role.data !== undefined && { role: role.data }),
        why: whyFrom(options.reason),
        actor: OPERATOR,
      };
      const user = await withState(options.stage, (open) =>
        decision === false ? findUser(open.items, who) : changeUser(open, decision),
      );
      const { granted, billed } = tiersOf(user);
      const tiers = `${granted} granted by ${user.source}, ${billed} billed`;
      print(options, user, () => `${user.email}: ${user.tier}, ${user.role} (${user.userId}; ${tiers})`);
    });
}

/** Of this machine alone: accounts of a stage are made at its identity provider. */
async function printLink(email: string | undefined, options: UserOptions): Promise<void> {
  if (options.stage !== undefined || options.id !== undefined)
    throw new AppError('bad_input', 'a link is made for an address and on this machine: user link EMAIL --reason "…"');
  if (email === undefined) throw new AppError('bad_input', 'a link needs an address: user link EMAIL --reason "…"');
  const asked = { email, why: whyFrom(options.reason), actor: OPERATOR };
  const link = await withHome((home) => linkForUser(home, asked));
  print(
    options,
    link,
    () => `${link.email}${link.made ? ' has an account now' : ''}: set the password within 30 minutes by\n${link.url}`,
  );
}
