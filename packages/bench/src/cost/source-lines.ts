import { FUNCTION_PLAN } from '../../../../infra/function-plan.ts';
import { SCHEDULES } from '../../../../infra/schedule-plan.ts';
import { ALERT_QUEUE_REQUESTS, SOURCE_CALL_IDLE_S, SOURCE_CALL_ITEMS, SOURCE_CALL_S } from './assumptions.ts';
import { line, type CostLine } from './cost-line.ts';
import { startsPerDay } from './run-lines.ts';
import { DAYS_PER_MONTH, SESSIONS_PER_MONTH } from './subscriber-day.ts';

const JOBS = Object.keys(SOURCE_CALL_S) as (keyof typeof SOURCE_CALL_S)[];

const FUNCTIONS = ['records', 'bars', 'features'] as const;

/** What asking the sources costs in a month, mostly waiting for vendors within their limits, and what is made of their answers. */
export function sourceLines(): CostLine[] {
  const of = (name: (typeof FUNCTIONS)[number]) => {
    const own = SCHEDULES.filter(({ target, enabled }) => enabled && target === name);
    let [calls, seconds, items] = [0, 0, 0];
    for (const job of JOBS) {
      const starts = own.filter((entry) => entry.job === job).reduce((sum, { cron }) => sum + startsPerDay(cron), 0);
      const { times, each, days } = SOURCE_CALL_S[job];
      if (starts === 0) continue;
      const worked = times * (days === 'sessions' ? SESSIONS_PER_MONTH : DAYS_PER_MONTH);
      calls += starts * DAYS_PER_MONTH;
      // Schedules know no calendar, and what is done is not done again: such a call looks and ends.
      seconds += worked * each + Math.max(0, starts * DAYS_PER_MONTH - worked) * SOURCE_CALL_IDLE_S;
      items += worked * SOURCE_CALL_ITEMS;
    }
    return { name, calls, seconds, items, memoryMb: FUNCTION_PLAN[name].memoryMb };
  };
  const all = FUNCTIONS.map(of);
  const calls = all.reduce((sum, one) => sum + one.calls, 0);
  const items = all.reduce((sum, one) => sum + one.items, 0);
  return [
    line('Lambda', 'sources: calls', 'lambda-request', calls, 'their schedules, each day of the week'),
    ...all.map(({ name, seconds, memoryMb }) =>
      line(
        'Lambda',
        `sources: ${name}, ${memoryMb} MB`,
        'lambda-gb-s',
        (seconds * memoryMb) / 1024,
        'seconds by job as assumed, waiting for vendors included',
      ),
    ),
    line('DynamoDB', 'sources: writes', 'dynamodb-wru', items, `${SOURCE_CALL_ITEMS} units a call that works`),
    line('S3', 'sources: puts', 's3-put', items / 4, 'a shard of records, or files of the lake, for each fourth unit'),
    line(
      'SQS',
      'features that alerts ask for',
      'sqs-fifo',
      SOURCE_CALL_S.alerts.times * DAYS_PER_MONTH * ALERT_QUEUE_REQUESTS,
      `${ALERT_QUEUE_REQUESTS} requests a call for alerts`,
    ),
  ];
}
