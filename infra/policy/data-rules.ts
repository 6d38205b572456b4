import {
  isSite,
  ofType,
  physicalName,
  statementsIn,
  text,
  type PolicyContext,
  type Resource,
  type Rule,
} from './resource.ts';
import { stackResources } from './stack-resources.ts';

/** Tables whose content means nothing after a restore. */
const NOT_RECOVERED = /-ephemeral$/;

export const tablesAreSafe: Rule = (all, { production }) =>
  ofType(all, 'aws:dynamodb/table:Table').flatMap((table) => {
    const { inputs, name } = table;
    const recovery = inputs['pointInTimeRecovery'] as { enabled?: boolean } | undefined;
    const encryption = inputs['serverSideEncryption'] as { enabled?: boolean } | undefined;
    return [
      ...(recovery?.enabled === true || NOT_RECOVERED.test(physicalName(table))
        ? []
        : [`${name}: no point-in-time recovery`]),
      ...(inputs['billingMode'] === 'PAY_PER_REQUEST' ? [] : [`${name}: not on demand`]),
      ...((inputs['ttl'] as { attributeName?: string } | undefined)?.attributeName === 'expiresAtS'
        ? []
        : [`${name}: no TTL on expiresAtS`]),
      ...(production && inputs['deletionProtectionEnabled'] !== true ? [`${name}: can be deleted in prod`] : []),
      // Without a setting AWS encrypts with a key of its own.
      ...(encryption !== undefined && encryption.enabled !== true
        ? [`${name}: encryption is set to a weaker form`]
        : []),
    ];
  });

export const bucketsAreSafe: Rule = (all, { production }) =>
  ofType(all, 'aws:s3/bucket:Bucket').flatMap((bucket) => {
    const part = (type: string) =>
      ofType(all, `aws:s3/${type}`).find((one) => text(one, 'bucket') === physicalName(bucket));
    const problems: string[] = [];
    const block = part('bucketPublicAccessBlock:BucketPublicAccessBlock')?.inputs ?? {};
    const closed = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'];
    if (!closed.every((key) => block[key] === true))
      problems.push(`${bucket.name}: public access is not blocked whole`);
    const policy = part('bucketPolicy:BucketPolicy');
    if (policy === undefined || !deniesPlainHttp(policy)) problems.push(`${bucket.name}: plain HTTP is not denied`);
    // The site's files are public, made anew by each build, and encrypted by S3's own default.
    if (isSite(bucket)) return problems;
    if (part('bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration') === undefined)
      problems.push(`${bucket.name}: encryption is not stated`);
    if (part('bucketVersioning:BucketVersioning') === undefined) problems.push(`${bucket.name}: no versions are kept`);
    if (production && bucket.inputs['forceDestroy'] === true)
      problems.push(`${bucket.name}: can be emptied and deleted in prod`);
    const rules = (part('bucketLifecycleConfiguration:BucketLifecycleConfiguration')?.inputs['rules'] ?? []) as Record<
      string,
      unknown
    >[];
    for (const needed of ['abortIncompleteMultipartUpload', 'noncurrentVersionExpiration']) {
      if (!rules.some((rule) => rule['status'] === 'Enabled' && rule[needed] !== undefined))
        problems.push(`${bucket.name}: no lifecycle rule with ${needed}`);
    }
    if (!rules.some((rule) => (rule['expiration'] as Expiration | undefined)?.expiredObjectDeleteMarker === true))
      problems.push(`${bucket.name}: no lifecycle rule removes the markers of what expired`);
    return problems;
  });

type Expiration = { readonly days?: number; readonly expiredObjectDeleteMarker?: boolean };

/** Days after which a lifecycle removes what lies in a folder; for ever where none does. */
function daysKept(rules: readonly Record<string, unknown>[], folder: string): number {
  const days = rules
    .filter((rule) => rule['status'] === 'Enabled')
    .filter((rule) => (rule['filter'] as { prefix?: string } | undefined)?.prefix === `${folder}/`)
    .map((rule) => (rule['expiration'] as Expiration | undefined)?.days ?? Infinity);
  return Math.min(Infinity, ...days);
}

/** The output of a stage is taken up again for as long as it lies there, and names tensors. */
export const outputsLeadSomewhere: Rule = (all) =>
  ofType(all, 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').flatMap(({ inputs, name }) => {
    const rules = (inputs['rules'] ?? []) as Record<string, unknown>[];
    const [stages, tensors] = [daysKept(rules, 'stages'), daysKept(rules, 'tensors')];
    return tensors === Infinity || tensors > stages
      ? []
      : [`${name}: tensors/ goes after ${tensors} days, stages/ that name them after ${stages}: keep tensors longer`];
  });

/** Objects that manifests name go by the sweep, which knows what is named; never by their age. */
export const lakeNeverExpires: Rule = (all) =>
  ofType(all, 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').flatMap(({ inputs, name }) => {
    const rules = ((inputs['rules'] ?? []) as Record<string, unknown>[]).filter((rule) => rule['status'] === 'Enabled');
    return ['lake/', 'archive/'].flatMap((folder) =>
      rules
        .filter((rule) => {
          const prefix = (rule['filter'] as { prefix?: string } | undefined)?.prefix ?? '';
          return folder.startsWith(prefix) || prefix.startsWith(folder);
        })
        .filter((rule) => (rule['expiration'] as Expiration | undefined)?.days !== undefined)
        .map((rule) => `${name}: rule ${String(rule['id'])} removes objects of ${folder} that a manifest may name`),
    );
  });

const deniesPlainHttp = (policy: Resource): boolean =>
  statementsIn(policy.inputs['policy']).some(
    (one) => one.effect === 'Deny' && JSON.stringify(one.conditions ?? '').includes('aws:SecureTransport'),
  );

export const queuesAreSafe: Rule = (all, context) => {
  const queues = ofType(all, 'aws:sqs/queue:Queue');
  const redrives = queues.map((queue) => ({ queue, to: deadLetters(queue) }));
  // A dead-letter queue is one that a queue or a schedule names as such.
  const ends = new Set([
    ...redrives.map(({ to }) => to),
    ...ofType(all, 'aws:scheduler/schedule:Schedule').map(
      (one) => (one.inputs['target'] as { deadLetterConfig?: { arn?: string } }).deadLetterConfig?.arn,
    ),
  ]);
  const arnOfQueue = (queue: Resource) => `arn:aws:sqs:${context.region}:${context.account}:${physicalName(queue)}`;
  const alarmed = alarmedQueues(all, context);
  return redrives.flatMap(({ queue, to }) => {
    const isEnd = ends.has(arnOfQueue(queue));
    return [
      ...(queue.inputs['sqsManagedSseEnabled'] === true ? [] : [`${queue.name}: not encrypted`]),
      ...(to === undefined && !isEnd ? [`${queue.name}: no dead-letter queue`] : []),
      ...(isEnd && !alarmed.has(physicalName(queue)) ? [`${queue.name}: a dead-letter queue without an alarm`] : []),
    ];
  });
};

function deadLetters(queue: Resource): string | undefined {
  const policy = text(queue, 'redrivePolicy');
  return policy === '' ? undefined : (JSON.parse(policy) as { deadLetterTargetArn?: string }).deadLetterTargetArn;
}

/** Queues whose visible messages an alarm of a stack watches. */
function alarmedQueues(all: readonly Resource[], context: PolicyContext): Set<string> {
  return new Set(
    stackResources(all, context)
      .filter(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Array.isArray(Properties['AlarmActions']))
      .filter(({ Properties }) => Properties['MetricName'] === 'ApproximateNumberOfMessagesVisible')
      .flatMap(({ Properties }) => Properties['Dimensions'] as { Name: string; Value: string }[])
      .map(({ Value }) => Value),
  );
}

export const topicsAreSafe: Rule = (all) =>
  ofType(all, 'aws:sns/topic:Topic').flatMap((topic) => {
    const key = text(topic, 'kmsMasterKeyId');
    if (key === '') return [`${topic.name}: not encrypted`];
    // With the key that AWS manages, CloudWatch's alarms would silently not arrive.
    return key.includes('alias/aws/sns')
      ? [`${topic.name}: alarms cannot publish under alias/aws/sns: use a key of our own`]
      : [];
  });

export const keysRotate: Rule = (all) =>
  ofType(all, 'aws:kms/key:Key').flatMap((key) =>
    key.inputs['enableKeyRotation'] === true ? [] : [`${key.name}: does not rotate`],
  );

export const imagesAreScanned: Rule = (all) =>
  ofType(all, 'aws:ecr/repository:Repository').flatMap((repository) => [
    ...((repository.inputs['imageScanningConfiguration'] as { scanOnPush?: boolean } | undefined)?.scanOnPush === true
      ? []
      : [`${repository.name}: images are not scanned`]),
    ...(repository.inputs['imageTagMutability'] === 'IMMUTABLE' ? [] : [`${repository.name}: a tag can be moved`]),
  ]);
