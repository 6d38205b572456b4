import { functionEnvironment } from '../environment.ts';
import { FUNCTION_PLAN } from '../function-plan.ts';
import { FUNCTIONS, type FunctionName } from '../names.ts';
import { GRANTS, policyDocument, statementsOf, telemetryStatements, trustPolicy } from '../permissions.ts';
import type { Deployment } from './deployment.ts';
import type { Door } from './edge.ts';
import type { Queues } from './queues.ts';

export function functions(deployment: Deployment, queues: Queues, door: Door) {
  const made = Object.fromEntries(FUNCTIONS.map((name) => [name, lambda(deployment, name, door)])) as Record<
    FunctionName,
    InstanceType<typeof aws.lambda.Function>
  >;
  new aws.lambda.EventSourceMapping('BillingEvents', {
    eventSourceArn: queues.billing.arn,
    functionName: made['billing-consumer'].name,
    batchSize: 10,
    functionResponseTypes: ['ReportBatchItemFailures'],
  });
  return made;
}
export type Functions = ReturnType<typeof functions>;

function lambda(deployment: Deployment, name: FunctionName, door: Door) {
  const { account, arns, bucketArn, config, environment, names } = deployment;
  const { memoryMb, timeoutS, what, reservedConcurrency } = FUNCTION_PLAN[name];
  const grant = GRANTS[name];
  const logGroup = `/aws/lambda/${names.of(name)}`;
  const logs = new aws.cloudwatch.LogGroup(`Logs-${name}`, {
    name: logGroup,
    retentionInDays: config.logRetentionDays,
  });
  const logArn = `arn:aws:logs:${config.region}:${account}:log-group:${logGroup}`;
  const role = new aws.iam.Role(`Role-${name}`, {
    name: names.of(`${name}-function`),
    // Lambda names no source account when it takes a role on.
    assumeRolePolicy: trustPolicy('lambda.amazonaws.com'),
    inlinePolicies: [
      {
        name: 'grant',
        policy: policyDocument([...statementsOf(grant, names, arns, bucketArn), ...telemetryStatements(logArn)]),
      },
    ],
  });
  return new aws.lambda.Function(
    `Function-${name}`,
    {
      name: names.of(name),
      description: what,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      code: new $util.asset.FileArchive(`${$cli.paths.root}/.build/functions/${name}`),
      role: role.arn,
      memorySize: memoryMb,
      timeout: timeoutS,
      reservedConcurrentExecutions: reservedConcurrency ?? -1,
      environment: {
        variables: {
          ...functionEnvironment(environment),
          ...(name === 'api' ? { AION_DOOR_DIGEST: door.digest } : {}),
        },
      },
      tracingConfig: { mode: 'Active' },
      // The API's start and report lines would be most of its log; its durations are metrics already.
      loggingConfig: { logFormat: 'JSON', logGroup, ...(name === 'api' ? { systemLogLevel: 'WARN' } : {}) },
    },
    { dependsOn: [logs] },
  );
}
