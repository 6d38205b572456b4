// Who may do what: read as a table. Actions are named one by one; nothing may scan a table, delete one, or list a bucket it
// does not read.
import { FEATURE_LANES } from './names.ts';
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
  /** With reading. */
  readonly write?: readonly TableName[];
  readonly remove?: readonly TableName[];
  readonly readObjects?: readonly string[];
  /** With looking whether one is there: an upload that met another one has to. */
  readonly writeObjects?: readonly string[];
  readonly removeObjects?: readonly string[];
  readonly secrets?: readonly SecretName[];
  readonly start?: readonly MachineName[];
  readonly invoke?: readonly FunctionName[];
  readonly send?: boolean;
  readonly consume?: boolean;
  /** Sends requests for features and works them off. */
  readonly workFeatures?: boolean;
}

/** A run keeps its records, and its lease, which it gives back. Money is not its business. */
const RUN: Grant = { write: ['product', 'ephemeral'], remove: ['ephemeral'], secrets: ['ledger-secret'] };

/** What each may do, and no more than it was seen to do: a test compares both ways. */
export const GRANTS: Readonly<Record<FunctionName | 'task-container' | 'live-container' | 'trainer-container', Grant>> =
  {
    api: {
      write: ['product', 'money', 'ephemeral'],
      remove: ['ephemeral'],
      readObjects: ['snap/', 'charts/', 'ready/', 'scans/', 'quarantine/', 'quality/'],
      writeObjects: ['uploads/', 'lake/NSE/actions/', 'lake/NSE/accepted/'],
      start: ['daily', 'hourly', 'post-market'],
      invoke: ['import'],
    },
    // The stub models are stored with the first run.
    control: {
      write: ['product', 'ephemeral'],
      remove: ['ephemeral'],
      writeObjects: ['models/'],
    },
    task: {
      ...RUN,
      readObjects: ['lake/', 'archive/', 'records/'],
      writeObjects: ['stages/', 'tensors/', 'snap/', 'charts/', 'ready/', 'scans/', 'reports/', 'quality/'],
    },
    import: { write: ['product'], readObjects: ['uploads/'], writeObjects: ['lake/', 'quarantine/'] },
    'billing-webhook': { secrets: ['stripe-webhook-secret'], send: true },
    'billing-consumer': { write: ['product', 'money'], secrets: ['stripe-secret-key'], consume: true },
    'billing-reconcile': { write: ['product', 'money', 'ephemeral'], secrets: ['stripe-secret-key'] },
    // It writes when it was called: the API's health asks.
    'dead-man': { write: ['product'] },
    'lake-care': {
      write: ['product'],
      writeObjects: ['lake/', 'archive/'],
      removeObjects: ['lake/', 'archive/'],
    },
    // Sources share their limits and breakers through the ephemeral table. Each function has keys of its own: who reads what strangers
    // write must not hold the one that trades.
    records: {
      write: ['product', 'ephemeral'],
      writeObjects: ['records/', 'lake/NSE/actions/'],
      secrets: ['records-source-keys'],
    },
    bars: {
      write: ['product', 'ephemeral'],
      remove: ['ephemeral'],
      writeObjects: ['lake/', 'quarantine/', 'raw/'],
      secrets: ['bars-source-keys'],
    },
    // It asks no source: what records say and the bars are read, features are written.
    features: {
      write: ['product'],
      readObjects: ['lake/', 'archive/', 'records/'],
      writeObjects: ['features/'],
      workFeatures: true,
    },
    'task-container': { ...RUN, readObjects: ['models/'], writeObjects: ['stages/', 'tensors/'] },
    // A ticket is read and taken away when it opens a socket.
    'live-container': { read: ['product', 'ephemeral'], remove: ['ephemeral'] },
    // No trainer is built yet: it reads what the lake holds and puts candidates among the models.
    'trainer-container': { read: ['product'], readObjects: ['lake/'], writeObjects: ['models/'] },
  };

/** An index is asked by Query only, and a put of the item table is an update. */
const RANGE = ['dynamodb:Query'];
const READ = ['dynamodb:GetItem'];
const WRITE = [...READ, 'dynamodb:UpdateItem'];
const REMOVE = ['dynamodb:DeleteItem'];

export function statementsOf(grant: Grant, names: StageNames, arns: StageArns, bucketArn: string): Statement[] {
  const statements: Statement[] = [];
  const allow = (Action: readonly string[], Resource: readonly string[], Condition?: Statement['Condition']) => {
    if (Resource.length > 0)
      statements.push({ Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) });
  };
  const tables = (list: readonly TableName[] = []) => list.map((name) => arns.table(name));
  const ranges = (list: readonly TableName[] = []) =>
    tables(list).flatMap((table) => ['', '/index/gsi1', '/index/gsi2'].map((part) => `${table}${part}`));
  const objects = (prefixes: readonly string[] = []) => prefixes.map((prefix) => `${bucketArn}/${prefix}*`);
  const readable = [...(grant.readObjects ?? []), ...(grant.writeObjects ?? [])];

  allow(READ, tables(grant.read));
  allow(WRITE, tables(grant.write));
  allow(RANGE, ranges([...(grant.read ?? []), ...(grant.write ?? [])]));
  allow(REMOVE, tables(grant.remove));
  allow(['s3:GetObject'], objects(readable));
  // Without it S3 answers a missing object with "forbidden", which hides the difference from a lost permission.
  allow(['s3:ListBucket'], readable.length === 0 ? [] : [bucketArn]);
  allow(['s3:PutObject', 's3:AbortMultipartUpload'], objects(grant.writeObjects));
  allow(['s3:DeleteObject'], objects(grant.removeObjects));
  const secretsRoot = arns.secrets.slice(0, -'/*'.length);
  allow(
    ['ssm:GetParameters'],
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
  const lanes = grant.workFeatures === true ? FEATURE_LANES : [];
  const queues = lanes.map((lane) => arns.queue(names.featureQueue(lane)));
  allow(['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'], queues);
  // What was given up is counted: it is received, and let go again.
  const givenUp = lanes.map((lane) => arns.queue(names.featureDlq(lane)));
  allow(['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], givenUp);
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
