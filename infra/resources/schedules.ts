import { MACHINES } from '../names.ts';
import { policyDocument, trustPolicy } from '../permissions.ts';
import { isFunction, scheduleInput, SCHEDULES } from '../schedule-plan.ts';
import type { Deployment } from './deployment.ts';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';

const CALLED = SCHEDULES.map(({ target }) => target).filter(isFunction);

export function schedules(deployment: Deployment, functions: Functions, queues: Queues, dependsOn: $util.Resource[]) {
  const { account, arns, names } = deployment;
  const group = new aws.scheduler.ScheduleGroup('Schedules', { name: names.schedules });
  const role = new aws.iam.Role('Role-scheduler', {
    name: names.of('scheduler'),
    assumeRolePolicy: trustPolicy('scheduler.amazonaws.com', account),
    inlinePolicies: [
      {
        name: 'start',
        policy: policyDocument([
          { Effect: 'Allow', Action: ['states:StartExecution'], Resource: MACHINES.map((name) => arns.machine(name)) },
          { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: CALLED.map((name) => arns.function(name)) },
          { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [arns.queue(names.scheduleDlq)] },
        ]),
      },
    ],
  });
  for (const entry of SCHEDULES) {
    new aws.scheduler.Schedule(
      `Schedule-${entry.name}`,
      {
        name: names.of(entry.name),
        groupName: group.name,
        scheduleExpression: `cron(${entry.cron})`,
        scheduleExpressionTimezone: entry.timeZone,
        state: entry.enabled ? 'ENABLED' : 'DISABLED',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: isFunction(entry.target) ? functions[entry.target].arn : arns.machine(entry.target),
          roleArn: role.arn,
          input: scheduleInput(entry),
          // A start that is an hour late has been caught up by the next one.
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
          deadLetterConfig: { arn: queues.schedulesDlq.arn },
        },
      },
      { dependsOn },
    );
  }
}
