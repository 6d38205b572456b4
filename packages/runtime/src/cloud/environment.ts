import { AppError } from '@aion/core';
import { z } from 'zod';

/**
 * The version of the contract between code and infrastructure. It grows with every resource, index or permission that the
 * code newly needs; the template writes its own into AION_INFRA_VERSION.
 */
export const INFRA_VERSION = 8;

const Arn = z.string().regex(/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:.+$/, 'expected an ARN');
const QueueUrl = z.url({ protocol: /^https?$/ });

/** What the infrastructure tells every function and task. Secrets are not among it: they are read from the secret store. */
export const CloudEnvironment = z.object({
  AION_STAGE: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  AWS_REGION: z.string().min(1),
  AION_INFRA_VERSION: z.coerce.number().int(),
  AION_TABLE_PRODUCT: z.string().min(3),
  AION_TABLE_MONEY: z.string().min(3),
  AION_TABLE_EPHEMERAL: z.string().min(3),
  AION_OBJECTS_BUCKET: z.string().min(3),
  AION_BILLING_QUEUE_URL: QueueUrl,
  AION_BILLING_DLQ_URL: QueueUrl,
  /** How the addresses of the feature queues begin: `-urgent.fifo` and `-urgent-dlq.fifo` follow, and so for each lane. */
  AION_FEATURE_QUEUES_URL: QueueUrl,
  /** State machines. */
  AION_MACHINE_DAILY: Arn,
  AION_MACHINE_HOURLY: Arn,
  AION_MACHINE_POST_MARKET: Arn,
  /** Name of the function that imports an uploaded file. */
  AION_IMPORT_FUNCTION: z.string().min(1),
  /** Topic that alarms and notices to the operator go to. */
  AION_ALERT_TOPIC: Arn,
  /** Path of the secrets in the parameter store, such as /aion/prod. */
  AION_SECRETS_PATH: z.string().regex(/^\/[\w./-]+$/),
  AION_SUPABASE_URL: z.url(),
  AION_SITE_URL: z.url(),
  /** For the API alone: SHA-256 of the secret by which the edge of the site proves whose request it passes on. */
  AION_DOOR_DIGEST: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type CloudEnvironment = z.infer<typeof CloudEnvironment>;

/** The secrets under AION_SECRETS_PATH, each a SecureString. */
export const SECRET_NAMES = [
  'ledger-secret',
  'stripe-webhook-secret',
  'stripe-secret-key',
  'records-source-keys',
  'bars-source-keys',
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** Secrets that a stage may do without, and what it then lacks. */
export const OPTIONAL_SECRETS: Readonly<Partial<Record<SecretName, string>>> = {
  'records-source-keys': 'not set: sources of records that need a key are off',
  'bars-source-keys': 'not set: sources of bars that need a key are off',
};

/** Throws AppError(bad_input) that names each variable that is missing or wrong, or the infrastructure that is too old or in another region. */
export function parseCloudEnvironment(environment: Readonly<Record<string, string | undefined>>): CloudEnvironment {
  const result = CloudEnvironment.safeParse(environment);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError(
      'bad_input',
      `the stage is deployed by half or from another version: ${problems.join('; ')}. Deploy it whole with \`npx sst deploy --stage NAME\``,
    );
  }
  const found = result.data;
  if (found.AION_INFRA_VERSION !== INFRA_VERSION) {
    throw new AppError(
      'bad_input',
      `stage ${found.AION_STAGE} has infrastructure version ${found.AION_INFRA_VERSION}, this code needs ${INFRA_VERSION}: deploy code and infrastructure together`,
    );
  }
  for (const name of [
    'AION_MACHINE_DAILY',
    'AION_MACHINE_HOURLY',
    'AION_MACHINE_POST_MARKET',
    'AION_ALERT_TOPIC',
  ] as const) {
    const region = found[name].split(':')[3];
    if (region !== found.AWS_REGION) {
      throw new AppError(
        'bad_input',
        `${name} is in ${region}, this function runs in ${found.AWS_REGION}: the stage was deployed to two regions; remove one and deploy again`,
      );
    }
  }
  return found;
}
