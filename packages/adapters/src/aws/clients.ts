import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** The clients that a host is composed of; tests give clients of the emulators. */
export interface AwsClients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  readonly sfn: SFNClient;
  readonly lambda: LambdaClient;
}

/** Clients of one region, with the credentials that the function's role has. */
export function makeAwsClients(region: string): AwsClients {
  return {
    dynamodb: new DynamoDBClient({ region }),
    s3: new S3Client({ region }),
    sqs: new SQSClient({ region }),
    ssm: new SSMClient({ region }),
    sfn: new SFNClient({ region }),
    lambda: new LambdaClient({ region }),
  };
}
