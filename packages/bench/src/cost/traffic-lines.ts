import { FUNCTION_PLAN } from '../../../../infra/function-plan.ts';
import {
  ACCESS_LOG_BYTES,
  BILLING_EVENTS,
  COLD_SHARE,
  COLD_START_S,
  PAGE_CPU_MS,
  PAGE_FRAME_BYTES,
  PLATFORM_LOG_BYTES,
  RELAY_CPU_MS,
  SITE_MEMORY_MB,
  TRACED_SHARE,
} from './assumptions.ts';
import { line, type CostLine } from './cost-line.ts';
import { CALLS, type CallName, type Measured, type MeasuredCall } from './measured.ts';
import type { Demand } from './meters.ts';
import { lambdaSeconds, networkSeconds } from './run-lines.ts';
import { STORED_OVERHEAD_BYTES } from './dynamodb-units.ts';
import { callsOfDay, DAY, DAYS_PER_MONTH, FULL_DAYS_PER_MONTH, HEAVY_DAY } from './subscriber-day.ts';

const GB = 1e9;
const NAMES = Object.keys(CALLS) as CallName[];

export interface SubscriberDay {
  readonly apiCalls: number;
  readonly readUnits: number;
  readonly readUnitsCached: number;
  /** Of someone who looks all day. */
  readonly heavyReadUnits: number;
  readonly tableRequests: number;
}

/** Read units of one subscriber's day: each call paying in full, and with the caches of one copy of the API within a page. */
export function subscriberDay(measured: Measured): SubscriberDay {
  const day = callsOfDay();
  const of = (pick: (name: CallName) => number): number => NAMES.reduce((sum, name) => sum + day[name] * pick(name), 0);
  const heavy = callsOfDay(HEAVY_DAY);
  const { cachedUnits } = measured;
  return {
    heavyReadUnits: NAMES.reduce((sum, name) => sum + heavy[name] * measured.calls[name].alone.readUnits, 0),
    apiCalls: of(() => 1),
    readUnits: of((name) => measured.calls[name].alone.readUnits),
    readUnitsCached:
      DAY.listPages * cachedUnits.listPage +
      DAY.detailPages * cachedUnits.detailPage +
      DAY.statePolls * cachedUnits.statePoll,
    tableRequests: of((name) => measured.calls[name].alone.tableRequests),
  };
}

/** The table pays as if no cache helped. Objects are fetched by cold copies; warm ones keep the list while its revision lasts. */
function askedOf({ alone, again }: MeasuredCall): Demand {
  return {
    ...alone,
    objectGets: again.objectGets + COLD_SHARE * alone.objectGets,
    objectGetBytes: again.objectGetBytes + COLD_SHARE * alone.objectGetBytes,
  };
}

/** What grows with the number of subscribers. */
export function trafficLines(measured: Measured, subscribers: number): CostLine[] {
  const days = subscribers * FULL_DAYS_PER_MONTH;
  const perDay = callsOfDay();
  const each = (pick: (name: CallName) => number): number =>
    NAMES.reduce((sum, name) => sum + perDay[name] * pick(name), 0) * days;
  const apiMb = FUNCTION_PLAN.api.memoryMb;
  const secondsOf = (name: CallName): number =>
    lambdaSeconds(measured.calls[name].cpuMs / 1000, apiMb) + networkSeconds(askedOf(measured.calls[name]));
  const apiCalls = each(() => 1);
  const apiSeconds = each((name) => secondsOf(name) + COLD_SHARE * COLD_START_S);
  const pages = (DAY.listPages + DAY.detailPages) * days;
  const relays = DAY.statePolls * days;
  const longest = (names: readonly CallName[]): number => Math.max(...names.map(secondsOf));
  const siteSeconds =
    pages *
      (lambdaSeconds(PAGE_CPU_MS / 1000, SITE_MEMORY_MB) +
        longest(['market', 'latest', 'detail']) +
        COLD_SHARE * COLD_START_S) +
    relays * (lambdaSeconds(RELAY_CPU_MS / 1000, SITE_MEMORY_MB) + secondsOf('market'));
  const siteCalls = pages + relays;
  const outBytes =
    pages * PAGE_FRAME_BYTES +
    DAY.listPages * days * measured.calls.latest.gzipBytes +
    DAY.detailPages * days * measured.calls.detail.gzipBytes +
    relays * (measured.calls.market.gzipBytes + 500) +
    DAY.assetBytes * days;
  const cdnRequests = siteCalls + DAY.assetFiles * days;
  const events = subscribers * BILLING_EVENTS;
  const webhookMb = FUNCTION_PLAN['billing-webhook'].memoryMb;
  const consumerMb = FUNCTION_PLAN['billing-consumer'].memoryMb;
  const logBytes = each((name) => measured.calls[name].logBytes + ACCESS_LOG_BYTES);
  const siteLogBytes = siteCalls * PLATFORM_LOG_BYTES;
  const userBytes = subscribers * 6 * (measured.itemBytes['entitlement']! + STORED_OVERHEAD_BYTES);
  return [
    line(
      'API Gateway',
      'API calls',
      'api-request',
      apiCalls + events,
      `${apiCalls / days} calls a subscriber and day, and Stripe's events`,
    ),
    line('Lambda', 'API: calls', 'lambda-request', apiCalls, 'one per API call'),
    line(
      'Lambda',
      `API: ${apiMb} MB`,
      'lambda-gb-s',
      apiSeconds * (apiMb / 1024),
      `${((apiSeconds / apiCalls) * 1000).toFixed(1)} ms a call`,
    ),
    line('Lambda', 'site: calls', 'lambda-request', siteCalls, 'pages, and polls that the site relays'),
    line(
      'Lambda',
      `site: ${SITE_MEMORY_MB} MB`,
      'lambda-gb-s',
      (siteSeconds * SITE_MEMORY_MB) / 1024,
      `${((siteSeconds / siteCalls) * 1000).toFixed(1)} ms a call: it waits for the API`,
    ),
    line(
      'Lambda',
      'billing: calls',
      'lambda-request',
      events * 1.2,
      'each event at the webhook; batches at the consumer',
    ),
    line(
      'Lambda',
      'billing',
      'lambda-gb-s',
      events * 0.1 * ((webhookMb + consumerMb) / 1024),
      'taken as 100 ms at each of the two',
    ),
    line(
      'DynamoDB',
      'API: reads',
      'dynamodb-rru',
      each((name) => measured.calls[name].alone.readUnits),
      'each call pays in full, as if no cache helped',
    ),
    line(
      'DynamoDB',
      'billing: writes',
      'dynamodb-wru',
      events * 6,
      'event and entitlement in one transaction, the index',
    ),
    line(
      'DynamoDB',
      'accounts: storage',
      'dynamodb-gb',
      userBytes / GB,
      'entitlement and what billing keeps, six items a subscriber',
    ),
    line('DynamoDB', 'accounts: recovery', 'dynamodb-pitr-gb', userBytes / GB, 'of the same bytes'),
    line(
      'S3',
      'API: gets',
      's3-get',
      each((name) => askedOf(measured.calls[name]).objectGets),
      'a copy of the API keeps a list while its revision lasts',
    ),
    line(
      'SQS',
      'billing queue',
      'sqs-fifo',
      events * 3 + 5 * 3 * 60 * 24 * DAYS_PER_MONTH,
      'send, receive, delete; five empty long polls at once, 20 s each',
    ),
    line(
      'CloudWatch',
      'logs of the API and the site',
      'logs-gb',
      (logBytes + siteLogBytes) / GB,
      `${(logBytes / apiCalls).toFixed(0)} bytes a call (the API's function logs no start and report), ${PLATFORM_LOG_BYTES} at the site`,
    ),
    line(
      'X-Ray',
      'traces of the API',
      'trace',
      apiCalls * TRACED_SHARE + Math.min(apiCalls, 3600 * 8 * DAYS_PER_MONTH),
      'one in twenty, and the first of each second',
    ),
    line('CloudFront', 'requests', 'cdn-request', cdnRequests, 'pages, polls and, once a day, scripts and styles'),
    line('CloudFront', "the site's function", 'cdn-function', cdnRequests, 'runs on each request'),
    line(
      'CloudFront',
      'bytes out',
      'cdn-gb',
      outBytes / GB,
      `${(outBytes / days / 1e6).toFixed(2)} MB a subscriber and day`,
    ),
    line('S3', 'site: gets', 's3-get', DAY.assetFiles * days * 0.1, 'one asset in ten is not in the cache of the edge'),
  ];
}
