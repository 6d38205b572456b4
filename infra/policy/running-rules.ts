import { errorMessage } from '@aion/core';
import { parseCloudEnvironment } from '@aion/runtime/cloud/environment';
import { SCHEDULES } from '../schedule-plan.ts';
import { isSite, ofType, physicalName, strings, text, type Resource, type Rule } from './resource.ts';
import { stackResources } from './stack-resources.ts';

/** Names that Lambda sets itself; a function that sets one is refused by AWS, at deployment. */
const RESERVED =
  /^(AWS_REGION|AWS_DEFAULT_REGION|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|_HANDLER|LAMBDA_.*|AWS_LAMBDA_.*)$/;
/** A value that looks like a secret: those are read from the parameter store, where who reads them is logged. */
const SECRET = /^(sk_|rk_|whsec_|AKIA)|-----BEGIN/;

export const functionsAreComplete: Rule = (all, { region }) =>
  ofType(all, 'aws:lambda/function:Function').flatMap((one) => {
    const variables =
      (one.inputs['environment'] as { variables?: Record<string, string> } | undefined)?.variables ?? {};
    const problems = [
      ...Object.keys(variables)
        .filter((key) => RESERVED.test(key))
        .map((key) => `${one.name}: sets ${key}, which Lambda reserves`),
      ...secretsIn(one, variables),
      ...(text(one, 'runtime') === 'nodejs24.x'
        ? []
        : [`${one.name}: runs on ${text(one, 'runtime')}, expected nodejs24.x`]),
      ...(strings(one.inputs['architectures']).join() === 'arm64'
        ? []
        : [`${one.name}: not on arm64, which costs a fifth less`]),
      ...logProblems(all, one),
    ];
    if (isSite(one)) return problems;
    if ((one.inputs['tracingConfig'] as { mode?: string } | undefined)?.mode !== 'Active')
      problems.push(`${one.name}: no traces`);
    return [...problems, ...environmentProblems(one, { ...variables, AWS_REGION: region })];
  });

function environmentProblems(one: Resource, variables: Readonly<Record<string, string>>): string[] {
  try {
    parseCloudEnvironment(variables);
    return [];
  } catch (error) {
    return [`${one.name}: ${errorMessage(error)}`];
  }
}

const secretsIn = (one: Resource, variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables)
    .filter(([, value]) => SECRET.test(value))
    .map(([key]) => `${one.name}: ${key} holds a secret in the clear`);

function logProblems(all: readonly Resource[], one: Resource): string[] {
  const group = (one.inputs['loggingConfig'] as { logGroup?: string } | undefined)?.logGroup;
  const known = ofType(all, 'aws:cloudwatch/logGroup:LogGroup').some((logs) => physicalName(logs) === group);
  return known ? [] : [`${one.name}: logs to ${group ?? 'a group that AWS makes'}, which keeps them for ever`];
}

export const logsEnd: Rule = (all, context) => [
  ...ofType(all, 'aws:cloudwatch/logGroup:LogGroup')
    .filter((group) => !(Number(group.inputs['retentionInDays']) > 0))
    .map((group) => `${group.name}: logs are kept for ever`),
  ...stackResources(all, context)
    .filter(({ Type, Properties }) => Type === 'AWS::Logs::LogGroup' && !(Number(Properties['RetentionInDays']) > 0))
    .map(({ id }) => `${id}: logs are kept for ever`),
];

interface Container {
  readonly name: string;
  readonly image: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly privileged?: boolean;
  readonly logConfiguration?: { readonly logDriver?: string; readonly options?: Readonly<Record<string, string>> };
}

export const containersAreComplete: Rule = (all) =>
  ofType(all, 'aws:ecs/taskDefinition:TaskDefinition').flatMap((task) =>
    (JSON.parse(text(task, 'containerDefinitions')) as Container[]).flatMap((container) => {
      const variables = Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name, value]));
      const group = container.logConfiguration?.options?.['awslogs-group'];
      const logged = ofType(all, 'aws:cloudwatch/logGroup:LogGroup').some((logs) => physicalName(logs) === group);
      return [
        ...environmentProblems(task, variables),
        ...secretsIn(task, variables),
        ...(logged ? [] : [`${task.name}: logs to ${group ?? 'nowhere'}, which is no group of this stage`]),
        ...(/:[\w][\w.-]*$/.test(container.image) && !container.image.endsWith(':latest')
          ? []
          : [`${task.name}: image ${container.image} names no fixed tag`]),
        ...(container.privileged === true ? [`${task.name}: runs with the host's rights`] : []),
      ];
    }),
  );

export const schedulesAreComplete: Rule = (all) => {
  const found = ofType(all, 'aws:scheduler/schedule:Schedule');
  const missing = SCHEDULES.filter(({ name }) => !found.some((one) => one.name === `Schedule-${name}`));
  return [
    ...missing.map(({ name }) => `schedule ${name} is planned but not made`),
    ...found.flatMap((one) => {
      const planned = SCHEDULES.find(({ name }) => one.name === `Schedule-${name}`);
      const target = one.inputs['target'] as { deadLetterConfig?: { arn?: string } };
      return [
        ...(one.inputs['scheduleExpressionTimezone'] === planned?.timeZone
          ? []
          : [`${one.name}: not in its exchange's time zone`]),
        ...(one.inputs['state'] === (planned?.enabled === true ? 'ENABLED' : 'DISABLED')
          ? []
          : [`${one.name}: on or off against the plan`]),
        ...(target.deadLetterConfig?.arn === undefined
          ? [`${one.name}: a start that cannot be delivered is lost`]
          : []),
      ];
    }),
  ];
};

export const consumersReportEach: Rule = (all) =>
  ofType(all, 'aws:lambda/eventSourceMapping:EventSourceMapping')
    .filter((one) => !strings(one.inputs['functionResponseTypes']).includes('ReportBatchItemFailures'))
    .map((one) => `${one.name}: one bad message would send the whole batch back`);

/** What CloudFormation takes inline. */
const TEMPLATE_LIMIT_BYTES = 51_200;

export const stacksFit: Rule = (all) =>
  ofType(all, 'aws:cloudformation/stack:Stack').flatMap((stack) => {
    const body = text(stack, 'templateBody');
    const { Parameters = {} } = JSON.parse(body) as { Parameters?: Record<string, unknown> };
    const given = Object.keys((stack.inputs['parameters'] ?? {}) as object);
    const asked = Object.keys(Parameters);
    return [
      ...(Buffer.byteLength(body) <= TEMPLATE_LIMIT_BYTES
        ? []
        : [`${stack.name}: its template is larger than ${TEMPLATE_LIMIT_BYTES} bytes: split the stack`]),
      ...asked.filter((name) => !given.includes(name)).map((name) => `${stack.name}: parameter ${name} is not given`),
      ...given
        .filter((name) => !asked.includes(name))
        .map((name) => `${stack.name}: parameter ${name} is not asked for`),
    ];
  });

/** Someone must hear of the alarms and of the bill. */
export const someoneHears: Rule = (all) => [
  ...(ofType(all, 'aws:sns/topicSubscription:TopicSubscription').length > 0
    ? []
    : ['alerts: nobody subscribes to the topic']),
  ...ofType(all, 'aws:budgets/budget:Budget')
    .filter(
      (one) =>
        !((one.inputs['notifications'] ?? []) as { subscriberSnsTopicArns?: string[] }[]).some(
          (notice) => (notice.subscriberSnsTopicArns ?? []).length > 0,
        ),
    )
    .map((one) => `${one.name}: a budget that tells nobody`),
  ...(ofType(all, 'aws:budgets/budget:Budget').length > 0 ? [] : ['budget: no alarm on the bill']),
];
