import { environmentOf, functionEnvironment } from '../../infra/environment.ts';
import { stageArns, stageNames } from '../../infra/names.ts';
import { trustPolicy } from '../../infra/permissions.ts';
import { RULES } from '../../infra/policy/policy.ts';
import type { Resource } from '../../infra/policy/resource.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { SITE_GOOD, SITE_PLANTED } from './site-plants.ts';
import { ACCOUNT, STAGE_SETTINGS } from './stage-settings.ts';

export const CONTEXT = { production: true, account: ACCOUNT, region: 'ap-south-1' };
export const names = stageNames('prod');
export const arns = stageArns(names, CONTEXT);
const environment = environmentOf(parseStageConfig('prod', STAGE_SETTINGS), names, arns, ACCOUNT);

export const make = (type: string, inputs: Record<string, unknown>, name = 'x'): Resource => ({ type, name, inputs });
const document = (Action: string | string[], Resource: string | string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

const table = {
  name: 'aion-prod-product',
  pointInTimeRecovery: { enabled: true },
  billingMode: 'PAY_PER_REQUEST',
  ttl: { attributeName: 'expiresAtS', enabled: true },
  deletionProtectionEnabled: true,
};
const role = { assumeRolePolicy: trustPolicy('lambda.amazonaws.com'), inlinePolicies: [] as { policy: string }[] };
export const granted = (policy: string) => ({ ...role, inlinePolicies: [{ policy }] });
const logs = make('aws:cloudwatch/logGroup:LogGroup', { name: '/aws/lambda/f', retentionInDays: 30 }, 'logs');
const lambda = {
  runtime: 'nodejs24.x',
  architectures: ['arm64'],
  tracingConfig: { mode: 'Active' },
  loggingConfig: { logGroup: '/aws/lambda/f' },
  environment: { variables: functionEnvironment(environment) },
};
const container = {
  name: 'task',
  image: 'registry/aion:abc',
  environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
  logConfiguration: { options: { 'awslogs-group': '/aws/lambda/f' } },
};
const taskOf = (change: object) => [
  make('aws:ecs/taskDefinition:TaskDefinition', {
    containerDefinitions: JSON.stringify([{ ...container, ...change }]),
  }),
  logs,
];
const bucket = (change: Record<string, Record<string, unknown> | undefined> = {}): Resource[] => {
  const parts: Record<string, Record<string, unknown> | undefined> = {
    'bucket:Bucket': { forceDestroy: false },
    'bucketPublicAccessBlock:BucketPublicAccessBlock': {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    'bucketPolicy:BucketPolicy': {
      policy: JSON.stringify({
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      }),
    },
    'bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': {},
    'bucketVersioning:BucketVersioning': {},
    'bucketLifecycleConfiguration:BucketLifecycleConfiguration': {
      rules: [
        {
          status: 'Enabled',
          abortIncompleteMultipartUpload: {},
          noncurrentVersionExpiration: {},
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
    },
    ...change,
  };
  return Object.entries(parts).flatMap(([type, inputs]) =>
    inputs === undefined ? [] : [make(`aws:s3/${type}`, { bucket: 'b', ...inputs })],
  );
};
const queueOf = (name: string, change: object = {}) =>
  make('aws:sqs/queue:Queue', { name, sqsManagedSseEnabled: true, ...change }, name);
const toDead = { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arns.queue('dead'), maxReceiveCount: 5 }) };
const stackOf = (Resources: object, change: object = {}, Parameters: object = {}) =>
  make(
    'aws:cloudformation/stack:Stack',
    { templateBody: JSON.stringify({ Parameters, Resources }), ...change },
    'stack',
  );
const watched = (actions: string[]) =>
  stackOf({
    alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'dead' }],
        ...(actions.length > 0 ? { AlarmActions: actions } : {}),
      },
    },
  });
const group = (ingress: object[]) => make('aws:ec2/securityGroup:SecurityGroup', { ingress }, 'Door');
const world = (port: number) => ({ fromPort: port, toPort: port, cidrBlocks: ['0.0.0.0/0'] });
const balancer = make('aws:lb/loadBalancer:LoadBalancer', { securityGroups: ['Door-id'] });
const listener = (inputs: object) => [make('aws:lb/listener:Listener', { ...inputs })];

type Case = [rule: keyof typeof RULES, what: string, resources: Resource[], message: string];

/** A lifecycle that keeps folders for so many days. */
const lifecycle = (kept: Readonly<Record<string, number>>) =>
  make('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', {
    rules: Object.entries(kept).map(([folder, days]) => ({
      status: 'Enabled',
      filter: { prefix: `${folder}/` },
      expiration: { days },
    })),
  });

export const PLANTED: readonly Case[] = [
  ['outputsLeadSomewhere', 'tensors go first', [lifecycle({ stages: 30, tensors: 14 })], 'tensors/ goes after 14 days'],
  ['outputsLeadSomewhere', 'they go on one day', [lifecycle({ stages: 30, tensors: 30 })], 'keep tensors longer'],
  ['outputsLeadSomewhere', 'outputs stay for ever', [lifecycle({ tensors: 45 })], 'after Infinity'],
  ['lakeNeverExpires', 'bars go by their age', [lifecycle({ lake: 400 })], 'removes objects of lake/'],
  ['lakeNeverExpires', 'a part of them goes', [lifecycle({ 'lake/bars': 400 })], 'removes objects of lake/'],
  ['lakeNeverExpires', 'the archive goes', [lifecycle({ archive: 4000 })], 'removes objects of archive/'],
  [
    'bucketsAreSafe',
    'markers of what expired stay',
    bucket({
      'bucketLifecycleConfiguration:BucketLifecycleConfiguration': {
        rules: [{ status: 'Enabled', abortIncompleteMultipartUpload: {}, noncurrentVersionExpiration: {} }],
      },
    }),
    'removes the markers',
  ],
  [
    'typesAreKnown',
    'a type that nobody looked at',
    [make('aws:rds/instance:Instance', {})],
    'type aws:rds/instance:Instance is unknown',
  ],
  [
    'tablesAreSafe',
    'no recovery',
    [make('aws:dynamodb/table:Table', { ...table, pointInTimeRecovery: { enabled: false } })],
    'no point-in-time recovery',
  ],
  [
    'tablesAreSafe',
    'provisioned',
    [make('aws:dynamodb/table:Table', { ...table, billingMode: 'PROVISIONED' })],
    'not on demand',
  ],
  ['tablesAreSafe', 'no TTL', [make('aws:dynamodb/table:Table', { ...table, ttl: undefined })], 'no TTL'],
  [
    'tablesAreSafe',
    'deletable',
    [make('aws:dynamodb/table:Table', { ...table, deletionProtectionEnabled: false })],
    'can be deleted in prod',
  ],
  [
    'bucketsAreSafe',
    'open to the public',
    bucket({ 'bucketPublicAccessBlock:BucketPublicAccessBlock': { blockPublicAcls: true } }),
    'public access',
  ],
  ['bucketsAreSafe', 'plain HTTP', bucket({ 'bucketPolicy:BucketPolicy': undefined }), 'plain HTTP'],
  [
    'bucketsAreSafe',
    'encryption unsaid',
    bucket({ 'bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': undefined }),
    'encryption',
  ],
  ['bucketsAreSafe', 'no versions', bucket({ 'bucketVersioning:BucketVersioning': undefined }), 'no versions'],
  ['bucketsAreSafe', 'emptied with its stage', bucket({ 'bucket:Bucket': { forceDestroy: true } }), 'can be emptied'],
  [
    'bucketsAreSafe',
    'uploads that never end',
    bucket({ 'bucketLifecycleConfiguration:BucketLifecycleConfiguration': { rules: [] } }),
    'abortIncompleteMultipartUpload',
  ],
  ['queuesAreSafe', 'not encrypted', [queueOf('q', { ...toDead, sqsManagedSseEnabled: false })], 'q: not encrypted'],
  ['queuesAreSafe', 'no dead letters', [queueOf('q')], 'q: no dead-letter queue'],
  [
    'queuesAreSafe',
    'dead letters that nobody sees',
    [queueOf('q', toDead), queueOf('dead')],
    'dead: a dead-letter queue without an alarm',
  ],
  [
    'queuesAreSafe',
    'an alarm that reaches nobody',
    [queueOf('q', toDead), queueOf('dead'), watched([])],
    'without an alarm',
  ],
  ['topicsAreSafe', 'not encrypted', [make('aws:sns/topic:Topic', {})], 'not encrypted'],
  ['topicsAreSafe', "AWS's key", [make('aws:sns/topic:Topic', { kmsMasterKeyId: 'alias/aws/sns' })], 'cannot publish'],
  ['keysRotate', 'a key for ever', [make('aws:kms/key:Key', {})], 'does not rotate'],
  [
    'imagesAreScanned',
    'unseen images',
    [make('aws:ecr/repository:Repository', { imageTagMutability: 'IMMUTABLE' })],
    'not scanned',
  ],
  [
    'imagesAreScanned',
    'tags that move',
    [make('aws:ecr/repository:Repository', { imageScanningConfiguration: { scanOnPush: true } })],
    'can be moved',
  ],
  [
    'rolesAreNarrow',
    'every action',
    [make('aws:iam/role:Role', granted(document('*', arns.alertTopic)))],
    'action * is a wildcard',
  ],
  [
    'rolesAreNarrow',
    'a service whole',
    [make('aws:iam/role:Role', granted(document('s3:*', 'arn:aws:s3:::b/*')))],
    'action s3:* is a wildcard',
  ],
  [
    'rolesAreNarrow',
    'every resource',
    [make('aws:iam/role:Role', granted(document('s3:GetObject', '*')))],
    's3:GetObject on every resource',
  ],
  [
    'rolesAreNarrow',
    'every table',
    [
      make(
        'aws:iam/role:Role',
        granted(document('dynamodb:GetItem', `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/*`)),
      ),
    ],
    'too wide',
  ],
  [
    'rolesAreNarrow',
    'a scan',
    [make('aws:iam/role:Role', granted(document('dynamodb:Scan', arns.table('product'))))],
    'dynamodb:Scan is never needed',
  ],
  [
    'rolesAreNarrow',
    'a managed policy',
    [make('aws:iam/role:Role', { ...role, managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })],
    'AdministratorAccess',
  ],
  [
    'rolesAreNarrow',
    'a stranger',
    [
      make('aws:iam/role:Role', {
        ...role,
        assumeRolePolicy: JSON.stringify({
          Statement: [
            { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    ],
    'taken on by',
  ],
  [
    'rolesAreNarrow',
    'a wide role in a stack',
    [
      stackOf({
        r: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: JSON.parse(role.assumeRolePolicy),
            Policies: [{ PolicyDocument: JSON.parse(document('s3:*', '*')) }],
          },
        },
      }),
    ],
    'stack/r: action s3:*',
  ],
  [
    'urlsAreClosed',
    'an open URL',
    [make('aws:lambda/functionUrl:FunctionUrl', { authorizationType: 'NONE' })],
    'anyone can call',
  ],
  ['callersAreNamed', 'any caller', [make('aws:lambda/permission:Permission', { principal: '*' })], 'who may call'],
  ['doorsAreShut', 'SSH for everyone', [group([world(22)]), balancer], 'ports 22 to 22 are open'],
  ['doorsAreShut', 'HTTPS on what is no balancer', [group([world(443)])], 'ports 443 to 443 are open'],
  [
    'wiresAreEncrypted',
    'plain HTTP',
    listener({ protocol: 'HTTP', defaultActions: [{ type: 'forward' }] }),
    'plain HTTP',
  ],
  [
    'wiresAreEncrypted',
    'old TLS',
    listener({ protocol: 'HTTPS', sslPolicy: 'ELBSecurityPolicy-2016-08' }),
    'old versions of TLS',
  ],
  [
    'wiresAreEncrypted',
    'a site in the clear',
    [make('aws:cloudfront/distribution:Distribution', { defaultCacheBehavior: { viewerProtocolPolicy: 'allow-all' } })],
    'plain HTTP',
  ],
  ...SITE_PLANTED,
  [
    'functionsAreComplete',
    'a missing variable',
    [
      make('aws:lambda/function:Function', {
        ...lambda,
        environment: { variables: { ...lambda.environment.variables, AION_TABLE_MONEY: '' } },
      }),
      logs,
    ],
    'AION_TABLE_MONEY',
  ],
  [
    'functionsAreComplete',
    'an old template',
    [
      make('aws:lambda/function:Function', {
        ...lambda,
        environment: { variables: { ...lambda.environment.variables, AION_INFRA_VERSION: '0' } },
      }),
      logs,
    ],
    'infrastructure version 0',
  ],
  [
    'functionsAreComplete',
    'a reserved name',
    [make('aws:lambda/function:Function', { ...lambda, environment: { variables: environment } }), logs],
    'AWS_REGION, which Lambda reserves',
  ],
  [
    'functionsAreComplete',
    'a secret',
    [
      make('aws:lambda/function:Function', {
        ...lambda,
        environment: { variables: { ...lambda.environment.variables, KEY: 'sk_live_1' } },
      }),
      logs,
    ],
    'KEY holds a secret',
  ],
  [
    'functionsAreComplete',
    'an old runtime',
    [make('aws:lambda/function:Function', { ...lambda, runtime: 'nodejs20.x' }), logs],
    'runs on nodejs20.x',
  ],
  ['functionsAreComplete', 'logs for ever', [make('aws:lambda/function:Function', lambda)], 'keeps them for ever'],
  [
    'functionsAreComplete',
    'no traces',
    [make('aws:lambda/function:Function', { ...lambda, tracingConfig: undefined }), logs],
    'no traces',
  ],
  ['containersAreComplete', 'a missing variable', taskOf({ environment: [] }), 'AION_STAGE'],
  ['containersAreComplete', 'an image that moves', taskOf({ image: 'registry/aion:latest' }), 'names no fixed tag'],
  ['containersAreComplete', 'logs nowhere', taskOf({ logConfiguration: undefined }), 'logs to nowhere'],
  ['containersAreComplete', "the host's rights", taskOf({ privileged: true }), "host's rights"],
  ['logsEnd', 'logs for ever', [make('aws:cloudwatch/logGroup:LogGroup', {})], 'kept for ever'],
  [
    'logsEnd',
    'logs for ever in a stack',
    [stackOf({ l: { Type: 'AWS::Logs::LogGroup', Properties: {} } })],
    'stack/l: logs are kept for ever',
  ],
  [
    'schedulesAreComplete',
    'a schedule in UTC',
    [make('aws:scheduler/schedule:Schedule', { target: {}, state: 'ENABLED' }, 'Schedule-daily')],
    "not in its exchange's time zone",
  ],
  [
    'schedulesAreComplete',
    'a US schedule switched on',
    [make('aws:scheduler/schedule:Schedule', { target: {}, state: 'ENABLED' }, 'Schedule-us-daily')],
    'Schedule-us-daily: on or off',
  ],
  [
    'schedulesAreComplete',
    'a start that is lost',
    [make('aws:scheduler/schedule:Schedule', { target: {} }, 'Schedule-daily')],
    'is lost',
  ],
  ['schedulesAreComplete', 'a job without a schedule', [], 'schedule daily is planned but not made'],
  [
    'consumersReportEach',
    'all or nothing',
    [make('aws:lambda/eventSourceMapping:EventSourceMapping', {})],
    'whole batch',
  ],
  ['stacksFit', 'a template too large', [stackOf({ x: 'y'.repeat(52_000) })], 'split the stack'],
  ['stacksFit', 'a parameter not given', [stackOf({}, {}, { SubnetA: {} })], 'SubnetA is not given'],
  ['stacksFit', 'a parameter not asked for', [stackOf({}, { parameters: { Old: 'x' } })], 'Old is not asked for'],
  ['someoneHears', 'nobody', [], 'nobody subscribes'],
  ['someoneHears', 'a budget that tells nobody', [make('aws:budgets/budget:Budget', {})], 'tells nobody'],
  [
    'referencesExist',
    'a misspelt function',
    [
      make(
        'aws:iam/role:Role',
        granted(document('lambda:InvokeFunction', arns.function('api').replace('api', 'apii'))),
      ),
    ],
    'aion-prod-apii, which is not made',
  ],
  [
    'referencesExist',
    'a misspelt function in a stack',
    [
      make('aws:lambda/function:Function', { name: names.of('control') }),
      stackOf({
        m: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'r',
            P: {
              'Fn::Join': [
                '',
                [
                  'arn:aws:lambda:',
                  { Ref: 'AWS::Region' },
                  ':',
                  { Ref: 'AWS::AccountId' },
                  ':function:aion-prod-contrl',
                ],
              ],
            },
          },
        },
      }),
    ],
    'stack/m: mentions arn:aws:lambda:ap-south-1:123456789012:function:aion-prod-contrl',
  ],
  [
    'referencesExist',
    "another stage's bucket",
    [make('aws:iam/role:Role', granted(document('s3:GetObject', 'arn:aws:s3:::aion-dev-objects-1/lake/*')))],
    'aion-dev-objects-1',
  ],
];

/** What each rule lets pass, so that it is not a rule against everything. */
export const GOOD: readonly [keyof typeof RULES, Resource[]][] = [
  ['tablesAreSafe', [make('aws:dynamodb/table:Table', table)]],
  [
    'tablesAreSafe',
    [
      make('aws:dynamodb/table:Table', {
        ...table,
        name: 'aion-prod-ephemeral',
        pointInTimeRecovery: { enabled: false },
      }),
    ],
  ],
  ['bucketsAreSafe', bucket()],
  ['outputsLeadSomewhere', [lifecycle({ stages: 30, tensors: 45 }), lifecycle({ stages: 30 }), lifecycle({})]],
  ['lakeNeverExpires', [lifecycle({ stages: 30, uploads: 7 })]],
  ['queuesAreSafe', [queueOf('q', toDead), queueOf('dead'), watched([arns.alertTopic])]],
  ['rolesAreNarrow', [make('aws:iam/role:Role', granted(document(['xray:PutTraceSegments'], '*')))]],
  ['doorsAreShut', [group([world(80), world(443)]), balancer]],
  [
    'wiresAreEncrypted',
    listener({ protocol: 'HTTP', defaultActions: [{ type: 'redirect', redirect: { protocol: 'HTTPS' } }] }),
  ],
  ['functionsAreComplete', [make('aws:lambda/function:Function', lambda), logs]],
  ...SITE_GOOD,
  ['containersAreComplete', taskOf({})],
];
