import type { Command } from 'commander';
import { loadBillingReport, type BillingReport } from '@aion/accounts';
import { AppError, toIso } from '@aion/core';
import { openBillingSource } from '@aion/runtime';
import { reconcile } from '@aion/jobs/billing';
import { count, print, STAGE_OPTION, withHome, withState } from '../session.ts';

/** Subscriptions as Stripe has them against what is stored: compare now, or show what the last comparison found. */
export function addBillingCommand(program: Command): void {
  program
    .command('billing')
    .description(
      'subscriptions against Stripe: reconcile compares all and puts tiers right, show tells of the last time',
    )
    .argument('<action>', 'reconcile or show')
    .option(...STAGE_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (action: string, options: { stage?: string; json: boolean }) => {
      if (action !== 'reconcile' && action !== 'show')
        throw new AppError('bad_input', `expected reconcile or show, found "${action}"`);
      const report = action === 'show' ? await lastReport(options.stage) : await compare(options.stage);
      print(options, report, () => describe(report));
      if (report.failed.length > 0) process.exitCode = 1;
    });
}

async function lastReport(stage: string | undefined): Promise<BillingReport> {
  const report = await withState(stage, ({ items }) => loadBillingReport(items));
  if (report === undefined) throw new AppError('not_found', 'subscriptions were never compared with Stripe here');
  return report;
}

async function compare(stage: string | undefined): Promise<BillingReport> {
  if (stage !== undefined)
    throw new AppError(
      'bad_input',
      'a stage compares by itself: invoke its function billing-reconcile, then billing show',
    );
  const source = await openBillingSource(process.env);
  if (source === undefined)
    throw new AppError(
      'missing_data',
      'STRIPE_SECRET_KEY is not set; set it to the secret key of the account at Stripe',
    );
  return withHome((embedded) => reconcile(embedded, source));
}

function describe({ atMs, checked, changed, failed, unpaid = [] }: BillingReport): string {
  return [
    `${toIso(atMs)}: ${count(checked)} subscriptions compared, ${changed.length + unpaid.length} tiers put right, ${failed.length} need a look`,
    ...changed.map((id) => `  ${id}: put right; its event did not come`),
    ...unpaid.map((userId) => `  user ${userId}: had a paid tier and no subscription; it was taken`),
    ...failed.map(({ subscriptionId, why }) => `  ${subscriptionId}: ${why}`),
  ].join('\n');
}
