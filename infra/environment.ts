import { INFRA_VERSION, type CloudEnvironment } from '@aion/runtime/cloud/environment';
import type { StageArns, StageNames } from './names.ts';
import { bucketName } from './names.ts';
import type { StageConfig } from './stage-config.ts';

/** Every variable that the code expects, as text: a variable that the code gains is a type error here until it is given. */
export type Environment = { readonly [name in keyof CloudEnvironment]: string } & {
  readonly MODE: string;
  readonly AION_SOURCES?: string;
};

export const queueUrl = (region: string, account: string, name: string): string =>
  `https://sqs.${region}.amazonaws.com/${account}/${name}`;

export function environmentOf(config: StageConfig, names: StageNames, arns: StageArns, account: string): Environment {
  return {
    MODE: config.mode,
    AION_STAGE: config.stage,
    AWS_REGION: config.region,
    AION_INFRA_VERSION: String(INFRA_VERSION),
    AION_TABLE_PRODUCT: names.of('product'),
    AION_TABLE_MONEY: names.of('money'),
    AION_TABLE_EPHEMERAL: names.of('ephemeral'),
    AION_OBJECTS_BUCKET: bucketName(names, account),
    AION_BILLING_QUEUE_URL: queueUrl(config.region, account, names.billingQueue),
    AION_BILLING_DLQ_URL: queueUrl(config.region, account, names.billingDlq),
    AION_FEATURE_QUEUES_URL: queueUrl(config.region, account, names.of('features')),
    AION_MACHINE_DAILY: arns.machine('daily'),
    AION_MACHINE_HOURLY: arns.machine('hourly'),
    AION_MACHINE_POST_MARKET: arns.machine('post-market'),
    AION_IMPORT_FUNCTION: names.of('import'),
    AION_ALERT_TOPIC: arns.alertTopic,
    AION_SECRETS_PATH: names.secretsPath,
    AION_SUPABASE_URL: config.supabaseUrl,
    AION_SITE_URL: config.siteUrl,
    ...(config.sources === undefined ? {} : { AION_SOURCES: config.sources }),
  };
}

/** Lambda sets the region itself and refuses a function that does. */
export const functionEnvironment = (environment: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name !== 'AWS_REGION'));
