import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { OBJECTS, SMALL_ANSWERS, withTimeOuts, type TimeOuts } from './time-outs.ts';

/** The clients that every host is composed of; tests give clients of the emulators. Others are made where they are used, when they are. */
export interface AwsClients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
}

/**
 * Clients of one region, with the credentials that the function's role has. The item table tries again by itself, so its client does not.
 *
 * @example const items = makeDynamoItemTable({ client: makeAwsClients('ap-south-1').dynamodb, tables, clock: systemClock });
 */
export function makeAwsClients(region: string, timeOuts?: TimeOuts): AwsClients {
  return {
    dynamodb: new DynamoDBClient({ region, maxAttempts: 1, ...withTimeOuts(timeOuts ?? SMALL_ANSWERS) }),
    s3: new S3Client({ region, ...withTimeOuts(timeOuts ?? OBJECTS) }),
  };
}
