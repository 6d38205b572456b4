import { reconcileBilling, type BillingReport, type BillingSource } from '@aion/accounts';
import type { Host } from '../host.ts';

/**
 * The daily look at every subscription. What differed, and what nobody understood, is told to the operator: each is an event that was missed.
 *
 * @example const { checked, failed } = await reconcile(host, makeStripeSubscriptions({ secretKey }));
 */
export async function reconcile(
  host: Pick<Host, 'items' | 'clock' | 'telemetry' | 'tellOperator'>,
  source: BillingSource,
): Promise<BillingReport> {
  const { items, clock, telemetry, tellOperator } = host;
  const report = await reconcileBilling(items, clock, source);
  const { checked, changed, failed, unpaid = [] } = report;
  const righted = changed.length + unpaid.length;
  telemetry.gauge('billing_changed', righted);
  telemetry.gauge('billing_failed', failed.length);
  if (righted + failed.length === 0) {
    telemetry.log('info', 'billing agrees with its provider', { checked });
    return report;
  }
  telemetry.log('error', 'billing differed from its provider', { checked, changed, unpaid, failed });
  await tellOperator({
    subject: `Billing: ${righted} tiers were corrected, ${failed.length} subscriptions need attention`,
    text: [
      `${checked} subscriptions were compared with the provider.`,
      ...changed.map((id) => `${id}: the tier was corrected; its event did not come`),
      ...unpaid.map((userId) => `user ${userId}: had a paid tier and no subscription; it was taken`),
      ...failed.map(({ subscriptionId, why }) => `${subscriptionId}: ${why}`),
    ].join('\n'),
  });
  return report;
}

/** What of it stands in the job's record. */
export const billingFigures = ({ checked, changed, failed }: BillingReport): Readonly<Record<string, number>> => ({
  ...{ checked, changed: changed.length, failed: failed.length },
});
