import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { invokeFunction } from './invoke-function.ts';
import { startExecution } from './state-machines.ts';

/** What the API asks of AWS: to start an execution of a machine by its name, and to call a function and wait for its answer. */
export interface CloudCalls {
  /** Starting the same name twice starts it once. */
  readonly startExecution: (machineArn: string, name: string, input: object) => Promise<void>;
  readonly invoke: (functionName: string, payload: object) => Promise<unknown>;
}

export function makeCloudCalls(region: string): CloudCalls {
  const sfn = new SFNClient({ region });
  const lambda = new LambdaClient({ region });
  return {
    startExecution: async (machineArn, name, input) => void (await startExecution(sfn, machineArn, name, input)),
    invoke: (functionName, payload) => invokeFunction(lambda, functionName, payload),
  };
}
