// Who may do what: read as a table. Actions are named one by one; nothing may scan a table, delete one, or list a bucket it
// does not read.
import type { FunctionName, MachineName, StageArns, StageNames, TableName } from './names.ts';
import type { SecretName } from '@aion/runtime/cloud/environment';

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Grant {
  readonly read?: readonly TableName[];
  readonly write?: readonly TableName[];
  readonly readObjects?: readonly string[];
  readonly writeObjects?: readonly string[];
  readonly secrets?: readonly SecretName[];
  readonly start?: readonly MachineName[];
  readonly invoke?: readonly FunctionName[];
  readonly send?: boolean;
  readonly consume?: boolean;
}

const ALL_TABLES: readonly TableName[] = ['product', 'money', 'ephemeral'];
const RUN: Grant = {
  write: ALL_TABLES,
  readObjects: ['*'],
  writeObjects: ['lake/', 'stages/', 'tensors/', 'snap/', 'charts/', 'ready/', 'reports/', 'quarantine/', 'models/'],
  secrets: ['ledger-secret'],
};

export const GRANTS: Readonly<Record<FunctionName | 'task-container' | 'live-container' | 'trainer-container', Grant>> =
  {
    api: {
      write: ALL_TABLES,
      readObjects: ['*'],
      // The registry's first entry is made with the first run that is asked for.
      writeObjects: ['uploads/', 'models/'],
      start: ['daily', 'hourly', 'post-market'],
      invoke: ['import'],
    },
    control: { write: ALL_TABLES, readObjects: ['*'], writeObjects: ['models/'] },
    task: RUN,
    import: {
      write: ['product', 'ephemeral'],
      readObjects: ['*'],
      writeObjects: ['lake/', 'quarantine/'],
      secrets: ['ledger-secret'],
    },
    'billing-webhook': { secrets: ['stripe-webhook-secret'], send: true },
    'billing-consumer': { write: ['product', 'money'], secrets: ['stripe-api-key'], consume: true },
    'dead-man': { read: ['product', 'ephemeral'] },
    'task-container': RUN,
    'live-container': { read: ['product', 'ephemeral'], readObjects: ['snap/', 'ready/'] },
    // No trainer is built yet: it reads what the lake holds and puts candidates among the models.
    'trainer-container': { read: ['product'], readObjects: ['lake/'], writeObjects: ['models/'] },
  };

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE = [
  ...READ,
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:ConditionCheckItem',
];

export function statementsOf(grant: Grant, names: StageNames, arns: StageArns, bucketArn: string): Statement[] {
  const statements: Statement[] = [];
  const allow = (Action: readonly string[], Resource: readonly string[], Condition?: Statement['Condition']) => {
    if (Resource.length > 0)
      statements.push({ Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) });
  };
  const tables = (list: readonly TableName[] = []) =>
    list.flatMap((name) => ['', '/index/gsi1', '/index/gsi2'].map((part) => `${arns.table(name)}${part}`));
  const objects = (prefixes: readonly string[] = []) =>
    prefixes.map((prefix) => `${bucketArn}/${prefix === '*' ? '*' : `${prefix}*`}`);

  allow(READ, tables(grant.read));
  allow(WRITE, tables(grant.write));
  allow(['s3:GetObject'], objects(grant.readObjects));
  // Without it S3 answers a missing object with "forbidden", which hides the difference from a lost permission.
  allow(['s3:ListBucket'], grant.readObjects === undefined ? [] : [bucketArn]);
  allow(['s3:PutObject', 's3:AbortMultipartUpload'], objects(grant.writeObjects));
  const secretsRoot = arns.secrets.slice(0, -'/*'.length);
  allow(
    ['ssm:GetParameters', 'ssm:GetParameter'],
    (grant.secrets ?? []).map((name) => `${secretsRoot}/${name}`),
  );
  allow(
    ['states:StartExecution'],
    (grant.start ?? []).map((name) => arns.machine(name)),
  );
  allow(
    ['lambda:InvokeFunction'],
    (grant.invoke ?? []).map((name) => arns.function(name)),
  );
  allow(['sqs:SendMessage'], grant.send === true ? [arns.queue(names.billingQueue)] : []);
  allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    grant.consume === true ? [arns.queue(names.billingQueue)] : [],
  );
  return statements;
}

/** Writing logs to the principal's own group, and traces. */
export function telemetryStatements(logGroupArn: string): Statement[] {
  return [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [`${logGroupArn}:*`] },
    // X-Ray has no resources to name.
    { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: ['*'] },
  ];
}

export const policyDocument = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** Who may take a role on: one AWS service, and for this account only where the service says for whom it acts. */
export const trustPolicy = (service: string, account?: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(account === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': account } } }),
      },
    ],
  });
