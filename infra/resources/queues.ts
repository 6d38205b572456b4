import { FEATURE_LANES, type FeatureLane } from '../names.ts';
import type { Deployment } from './deployment.ts';

const KEPT_S = 14 * 24 * 3600;

export function queues({ names }: Deployment) {
  const encrypted = (name: string) => (args: aws.sqs.QueueArgs) => {
    args.name = name;
    args.sqsManagedSseEnabled = true;
    args.messageRetentionSeconds = KEPT_S;
    // SST's type asks for it.
    return undefined;
  };
  const billingDlq = new sst.aws.Queue('BillingDlq', { fifo: true, transform: { queue: encrypted(names.billingDlq) } });
  const billing = new sst.aws.Queue('Billing', {
    // The sender names each event; equal bodies need not be equal events.
    fifo: { contentBasedDeduplication: false },
    // Six times the consumer's time-out, as Lambda asks.
    visibilityTimeout: '6 minutes',
    dlq: { queue: billingDlq.arn, retry: 5 },
    transform: { queue: encrypted(names.billingQueue) },
  });
  /** What alerts ask for: one request for each symbol and batch, worked off by the function `features`. */
  const featureQueue = (lane: FeatureLane) => {
    const title = `Features${lane[0]!.toUpperCase()}${lane.slice(1)}`;
    const dlq = new sst.aws.Queue(`${title}Dlq`, {
      fifo: true,
      transform: { queue: encrypted(names.featureDlq(lane)) },
    });
    return new sst.aws.Queue(title, {
      fifo: { contentBasedDeduplication: false },
      dlq: { queue: dlq.arn, retry: 5 },
      transform: { queue: encrypted(names.featureQueue(lane)) },
    });
  };
  for (const lane of FEATURE_LANES) featureQueue(lane);
  /** Starts that the scheduler could not deliver. */
  const schedulesDlq = new sst.aws.Queue('ScheduleDlq', { transform: { queue: encrypted(names.scheduleDlq) } });
  return { billing, billingDlq, schedulesDlq };
}
export type Queues = ReturnType<typeof queues>;
