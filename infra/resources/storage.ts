import { TABLES } from '../names.ts';
import type { Deployment } from './deployment.ts';

/** Three tables of one shape; rights, recovery and time to live differ. */
export function storage({ config, names, bucket }: Deployment) {
  const key = { hashKey: 'pk', rangeKey: 'sk' };
  const tables = TABLES.map(
    (name) =>
      new sst.aws.Dynamo(`Table-${name}`, {
        fields: { pk: 'string', sk: 'string', gsi1pk: 'string', gsi1sk: 'string', gsi2pk: 'string', gsi2sk: 'string' },
        primaryIndex: key,
        globalIndexes: {
          gsi1: { hashKey: 'gsi1pk', rangeKey: 'gsi1sk', projection: 'all' },
          gsi2: { hashKey: 'gsi2pk', rangeKey: 'gsi2sk', projection: 'all' },
        },
        ttl: 'expiresAtS',
        deletionProtection: config.production,
        transform: {
          table: (args) => {
            args.name = names.of(name);
            // Leases, counters and caches: a restored lease would be a lie, and a cache fills itself again.
            args.pointInTimeRecovery = { enabled: name !== 'ephemeral' };
            // The key that AWS owns: free. A customer key would cost $1 a month and table, and 3 cents per 10,000 requests, and
            // guard only against who already may read the table.
            args.serverSideEncryption = undefined;
          },
        },
      }),
  );

  const objects = new sst.aws.Bucket('Objects', {
    versioning: true,
    enforceHttps: true,
    cors: false,
    transform: {
      bucket: (args) => {
        args.bucket = bucket;
        args.forceDestroy = !config.production;
      },
    },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration('ObjectsEncryption', {
    bucket: objects.name,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' }, bucketKeyEnabled: false }],
  });
  new aws.s3.BucketOwnershipControls('ObjectsOwnership', {
    bucket: objects.name,
    rule: { objectOwnership: 'BucketOwnerEnforced' },
  });
  new aws.s3.BucketLifecycleConfiguration('ObjectsLifecycle', {
    bucket: objects.name,
    rules: [
      expire('stages', 30),
      // Outputs of stages name tensors: these must live longer, or an output is taken up again that leads nowhere.
      expire('tensors', 45),
      expire('uploads', 7),
      {
        id: 'lake-cools',
        status: 'Enabled',
        filter: { prefix: 'lake/' },
        // What was written or joined in the last 30 days is hot. Nothing here ever expires: manifests name these objects, and
        // a sweep removes those that none names.
        transitions: [{ days: 30, storageClass: 'STANDARD_IA' }],
      },
      {
        id: 'archive-freezes',
        status: 'Enabled',
        filter: { prefix: 'archive/' },
        // Read in milliseconds where it must be; it costs by the read, and a quarter to keep.
        transitions: [{ days: 1, storageClass: 'GLACIER_IR' }],
      },
      {
        id: 'quarantine-cools',
        status: 'Enabled',
        filter: { prefix: 'quarantine/' },
        transitions: [{ days: 30, storageClass: 'STANDARD_IA' }],
      },
      // Whole bucket: snapshots and charts stay, but what was replaced or never finished does not.
      {
        id: 'leftovers',
        status: 'Enabled',
        filter: { prefix: '' },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        // What expired leaves a marker behind, for ever, once its last version is gone.
        expiration: { expiredObjectDeleteMarker: true },
      },
    ],
  });
  return { tables, objects };
}

const expire = (folder: string, days: number) => ({
  id: `${folder}-expire`,
  status: 'Enabled',
  filter: { prefix: `${folder}/` },
  expiration: { days },
});
