// Every price that the cost model uses, in one place. They are AWS's public list prices of ap-south-1 (Mumbai), on demand, without tax,
// free tier, savings plan or credit, written down as known at PRICE_DATE from the services' pricing pages
// (aws.amazon.com/SERVICE/pricing). They were not fetched: look them up again before a budget relies on them.

/** As of when the prices were known. */
export const PRICE_DATE = '2025-06';

export interface Price {
  readonly unit: string;
  readonly usd: number;
  /** Units a month that AWS gives for nothing for ever, where it does; twelve-month offers are left out. */
  readonly freeUnits?: number;
}

const million = 1e6;

export const PRICES = {
  'lambda-request': { unit: 'request', usd: 0.2 / million, freeUnits: million },
  'lambda-gb-s': { unit: 'GB-second (arm64)', usd: 0.0000133334, freeUnits: 400_000 },
  'states-transition': { unit: 'state transition', usd: 0.0285 / 1000, freeUnits: 4000 },
  'fargate-vcpu-h': { unit: 'vCPU-hour (arm64)', usd: 0.03405 },
  'fargate-gb-h': { unit: 'GB-hour (arm64)', usd: 0.00372 },
  'alb-h': { unit: 'hour', usd: 0.0239 },
  'alb-lcu-h': { unit: 'LCU-hour', usd: 0.008 },
  'ipv4-h': { unit: 'address-hour', usd: 0.005 },
  'dynamodb-rru': { unit: 'read unit', usd: 0.1425 / million },
  'dynamodb-wru': { unit: 'write unit', usd: 0.7125 / million },
  'dynamodb-gb': { unit: 'GB-month', usd: 0.285, freeUnits: 25 },
  'dynamodb-pitr-gb': { unit: 'GB-month', usd: 0.228 },
  's3-gb': { unit: 'GB-month', usd: 0.025 },
  's3-ia-gb': { unit: 'GB-month', usd: 0.0138 },
  's3-put': { unit: 'PUT or LIST', usd: 0.005 / 1000 },
  's3-get': { unit: 'GET or HEAD', usd: 0.0004 / 1000 },
  's3-transition': { unit: 'object moved', usd: 0.01 / 1000 },
  'sqs-fifo': { unit: 'request', usd: 0.5 / million, freeUnits: million },
  'logs-gb': { unit: 'GB taken in', usd: 0.67, freeUnits: 5 },
  'logs-kept-gb': { unit: 'GB-month', usd: 0.03 },
  metric: { unit: 'metric-month', usd: 0.3, freeUnits: 10 },
  alarm: { unit: 'alarm metric-month', usd: 0.1, freeUnits: 10 },
  dashboard: { unit: 'dashboard-month', usd: 3, freeUnits: 3 },
  trace: { unit: 'trace recorded', usd: 5 / million, freeUnits: 100_000 },
  'api-request': { unit: 'request', usd: 1.05 / million },
  'cdn-request': { unit: 'HTTPS request (India)', usd: 0.012 / 10_000, freeUnits: 10 * million },
  'cdn-gb': { unit: 'GB out (India)', usd: 0.109, freeUnits: 1024 },
  'cdn-function': { unit: 'run', usd: 0.1 / million, freeUnits: 2 * million },
  'transfer-gb': { unit: 'GB out', usd: 0.1093, freeUnits: 100 },
  'key-month': { unit: 'key-month', usd: 1 },
  'key-request': { unit: 'request', usd: 0.03 / 10_000, freeUnits: 20_000 },
  'ecr-gb': { unit: 'GB-month', usd: 0.1 },
  'scheduler-run': { unit: 'start', usd: 1 / million, freeUnits: 14 * million },
  'mail-notice': { unit: 'mail', usd: 2 / 100_000, freeUnits: 1000 },
  supabase: { unit: 'project-month (Pro)', usd: 25 },
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof PRICES;
