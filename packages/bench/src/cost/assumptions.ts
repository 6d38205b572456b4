// What cannot be measured on one machine. Each figure with its reason; all of them lean to the dear side.

/** A whole vCPU of Lambda comes with this much memory; below it a function has a share. */
export const LAMBDA_MB_PER_VCPU = 1769;
/** How much slower a vCPU in the cloud is taken to be than this machine's. */
export const CLOUD_SLOWDOWN = 1.5;
/** A request to DynamoDB or S3 within the region, and the bytes of S3 per second in one stream. */
export const TABLE_REQUEST_S = 0.006;
export const OBJECT_REQUEST_S = 0.04;
export const OBJECT_BYTES_PER_S = 50e6;
/** One start in so many calls is cold, and an initialisation is billed since August 2025. */
export const COLD_SHARE = 0.02;
export const COLD_START_S = 0.8;
/** From the pull of the image to the first line of the program: billed. */
export const CONTAINER_START_S = 60;
/** Rendering a page on the site's server, in processor milliseconds of this machine. Next.js is not started by this benchmark. */
export const PAGE_CPU_MS = 60;
/** Relaying one of the browser's calls to the API. */
export const RELAY_CPU_MS = 3;
export const SITE_MEMORY_MB = 1024;
/** A page as the browser gets it, gzipped, beside the data in it: markup and the flight data of React. */
export const PAGE_FRAME_BYTES = 25_000;
/** What Lambda itself logs of a call in its JSON format: start and report. */
export const PLATFORM_LOG_BYTES = 750;
/** The access log line of the HTTP API, with the envelope that CloudWatch counts (26 bytes). */
export const ACCESS_LOG_BYTES = 230;
/** X-Ray's default rule: one in twenty. Its one request a second on top is counted apart. */
export const TRACED_SHARE = 0.05;
/** Images that the registry keeps, by infra's lifecycle rule. */
export const IMAGES_KEPT = 10;
/** One image: the runtime of the base image and onnxruntime for one platform, compressed. */
export const IMAGE_GB = 0.12;
/** Metrics that show all day, answers of the API by method and status beyond those seen; and those that show when something goes wrong or billing moves: retries by reason (3), queue failures by code (3), webhooks by type (4), events by outcome (4), failed runs by kind (3). The watch's gauge shows each hour. */
export const ALL_DAY_METRICS = 10 + 1;
export const RARE_METRICS = 17;
/** A metric is billed for the hours in which it was sent. Those of a run show in an hour or two of a session, the hourly run's in seven. */
export const RUN_METRIC_SHARE = (4 * 21) / 730;
export const RARE_METRIC_SHARE = 0.1;
/** Stripe sends so many events for a subscriber in a month: invoice, payment, subscription. Only three are acted on. */
export const BILLING_EVENTS = 6;
/** Mails of alarms and their ends, in a bad month. */
export const ALARM_MAILS = 60;
/** Bytes that CloudFormation, Step Functions and others log of each state that a machine enters. */
export const STATE_LOG_BYTES = 1500;
/** Sockets open at once, of all subscribers, in the session's busiest hour. */
export const SOCKETS_OPEN_SHARE = 0.2;
/** After this many months the storage is priced: nothing that is kept for ever has been removed. */
export const STORAGE_MONTHS = 12;
/**
 * How often a job that asks sources, or makes something of what they gave, has work on a day, and the seconds of each: a hundred symbols at three
 * requests a second for what is asked by symbol; twice what 2,000 shares take on one thread here for features (20 s to compute a session from
 * nothing, 3 s to find it again, which alerts do). A call that finds its work done, or nothing due, looks and ends.
 */
export const SOURCE_CALL_S = {
  'pre-market': { times: 1, each: 120, days: 'sessions' },
  news: { times: 61, each: 8, days: 'all' },
  social: { times: 16, each: 60, days: 'all' },
  options: { times: 1, each: 120, days: 'sessions' },
  records: { times: 1, each: 300, days: 'all' },
  'session-bars': { times: 4, each: 20, days: 'sessions' },
  intraday: { times: 7, each: 60, days: 'sessions' },
  alerts: { times: 61, each: 8, days: 'all' },
  features: { times: 1, each: 45, days: 'sessions' },
} as const;
export const SOURCE_CALL_IDLE_S = 1.5;
/** Requests to queues of a call for alerts: three lanes and what was given up in them, and six requests for features. */
export const ALERT_QUEUE_REQUESTS = 6 + 6 * 3;
/** Write units of a call that works: buckets of limits, breakers, its record, shards and their places. */
export const SOURCE_CALL_ITEMS = 40;
