import { environmentOf, type Environment } from '../environment.ts';
import { bucketName, stageArns, stageNames, type StageArns, type StageNames } from '../names.ts';
import { parseStageConfig, type StageConfig } from '../stage-config.ts';

/** What every file here needs to know. */
export interface Deployment {
  readonly config: StageConfig;
  readonly account: string;
  readonly names: StageNames;
  readonly arns: StageArns;
  readonly environment: Environment;
  readonly bucket: string;
  readonly bucketArn: string;
}

export async function deployment(): Promise<Deployment> {
  const config = parseStageConfig($app.stage, process.env);
  const { accountId: account } = await aws.getCallerIdentity({});
  const names = stageNames(config.stage);
  const arns = stageArns(names, { account, region: config.region });
  const bucket = bucketName(names, account);
  return {
    config,
    account,
    names,
    arns,
    environment: environmentOf(config, names, arns, account),
    bucket,
    bucketArn: `arn:aws:s3:::${bucket}`,
  };
}
