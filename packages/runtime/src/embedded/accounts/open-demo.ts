import { issueOnce, NOTHING, redeemOnce } from '@aion/accounts';
import type { Users } from '@aion/adapters/gotrue/users';
import { newSecret } from '@aion/adapters/plumbing/secret';
import type { DemoLogins } from '@aion/contracts';
import { AppError } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import { ensureDemoAccounts, mayHaveDemo } from './demo-accounts.ts';

const LINK_SECONDS = 3600;

/** The secret of the link that shows the demo's accounts: it is printed in the terminal, so that who sits there has it and no web page. */
export async function demoSecret({ items, clock }: Embedded): Promise<string> {
  return (await issueOnce(items, clock, newSecret, { kind: 'demo', seconds: LINK_SECONDS, body: {} })).secret;
}

/** The demo's accounts, for the secret of a start, once. Throws AppError(not_found) where this home has no demo now. */
export async function openDemo(embedded: Embedded, users: Users, secret: string): Promise<DemoLogins> {
  // Asked anew: real data may have come in since the start.
  if (!(await mayHaveDemo(embedded))) throw new AppError('not_found', 'this is no demo');
  if ((await redeemOnce(embedded.items, 'demo', secret, NOTHING)) === undefined)
    throw new AppError('forbidden', 'this link is used up or too old; the passwords stand in the terminal');
  const demo = await ensureDemoAccounts(embedded, users);
  if (demo === null) throw new AppError('not_found', 'this is no demo');
  return demo;
}
