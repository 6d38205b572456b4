import { describe, expect, it } from 'vitest';
import { makeAwsClients } from '@aion/adapters/aws/clients';
import { composeCloud } from './compose-cloud.ts';
import { INFRA_VERSION, parseCloudEnvironment } from './environment.ts';

const arn = (service: string, name: string, region = 'ap-south-1'): string =>
  `arn:aws:${service}:${region}:123456789012:${name}`;
const WHOLE = {
  AION_STAGE: 'dev',
  MODE: 'stub',
  AWS_REGION: 'ap-south-1',
  AION_INFRA_VERSION: String(INFRA_VERSION),
  AION_TABLE_PRODUCT: 'aion-dev-product',
  AION_TABLE_MONEY: 'aion-dev-money',
  AION_TABLE_EPHEMERAL: 'aion-dev-ephemeral',
  AION_OBJECTS_BUCKET: 'aion-dev-objects',
  AION_BILLING_QUEUE_URL: 'https://sqs.example/billing.fifo',
  AION_BILLING_DLQ_URL: 'https://sqs.example/billing-dlq.fifo',
  AION_FEATURE_QUEUES_URL: 'https://sqs.example/features',
  AION_MACHINE_DAILY: arn('states', 'stateMachine:aion-dev-daily'),
  AION_MACHINE_HOURLY: arn('states', 'stateMachine:aion-dev-hourly'),
  AION_MACHINE_POST_MARKET: arn('states', 'stateMachine:aion-dev-post-market'),
  AION_IMPORT_FUNCTION: 'aion-dev-import',
  AION_ALERT_TOPIC: arn('sns', 'aion-dev-alerts'),
  AION_SECRETS_PATH: '/aion/dev',
  AION_SUPABASE_URL: 'https://project.example',
  AION_SITE_URL: 'https://site.example',
};

describe('the environment of a function', () => {
  it('is taken when it is whole', () => {
    expect(parseCloudEnvironment(WHOLE)).toMatchObject({ AION_STAGE: 'dev', AION_INFRA_VERSION: INFRA_VERSION });
  });

  it.each(Object.keys(WHOLE).filter((name) => name !== 'MODE'))('without %s is refused by that name', (name) => {
    const { [name as 'AION_STAGE']: _left, ...rest } = WHOLE;
    expect(() => parseCloudEnvironment(rest)).toThrow(new RegExp(`deployed by half.*${name}`));
  });

  it('of an older or newer template, or of two regions, is refused with what to do', () => {
    for (const version of [INFRA_VERSION - 1, INFRA_VERSION + 1])
      expect(() => parseCloudEnvironment({ ...WHOLE, AION_INFRA_VERSION: String(version) })).toThrow(
        /infrastructure version \d+, this code needs \d+: deploy code and infrastructure together/,
      );
    expect(() => parseCloudEnvironment({ ...WHOLE, AWS_REGION: 'us-east-1' })).toThrow(/ap-south-1.*us-east-1/);
    const strayed = { ...WHOLE, AION_ALERT_TOPIC: arn('sns', 'aion-dev-alerts', 'eu-west-1') };
    expect(() => parseCloudEnvironment(strayed)).toThrow(/AION_ALERT_TOPIC is in eu-west-1/);
  });
});

describe('the composed AWS host', () => {
  const clients = makeAwsClients('ap-south-1');

  it('does not let stub models serve in prod', () => {
    expect(() => composeCloud({ ...WHOLE, AION_STAGE: 'prod' }, clients)).toThrow(/stage prod needs MODE=prod/);
    expect(composeCloud({ ...WHOLE, AION_STAGE: 'prod', MODE: 'prod' }, clients).config.mode).toBe('prod');
  });

  it('gives a function only what it carries, and says what it lacks', async () => {
    const host = composeCloud(WHOLE, clients);
    expect(() => host.ledgerSecret).toThrow(/does not carry the ledger secret/);
    await expect(host.ingest.codec.decode(new Uint8Array())).rejects.toThrow(/carries no Parquet codec/);
    await expect(host.ingest.unpack('a.zip', new Uint8Array(), {} as never)).rejects.toThrow(
      /carries no archive reader/,
    );
    expect(composeCloud(WHOLE, clients, { ledgerSecret: 's' }).ledgerSecret).toBe('s');
  });
});
