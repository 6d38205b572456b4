import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { invokeFunction } from './invoke-function.ts';
import { startExecution } from './state-machines.ts';
import { INVOCATIONS, SMALL_ANSWERS, withTimeOuts, type TimeOuts } from './time-outs.ts';

/** What the API asks of AWS: to start an execution of a machine by its name, and to call a function and wait for its answer. */
export interface CloudCalls {
  /** Starting the same name twice starts it once. */
  readonly startExecution: (machineArn: string, name: string, input: object) => Promise<void>;
  readonly invoke: (functionName: string, payload: object) => Promise<unknown>;
}

/**
 * Calls to state machines and functions of one region. A function is asked once and never again by itself: it may be at work although its
 * answer is late.
 */
export function makeCloudCalls(region: string, timeOuts?: TimeOuts): CloudCalls {
  const sfn = new SFNClient({ region, ...withTimeOuts(timeOuts ?? SMALL_ANSWERS) });
  // Asked once: the function may be at work on a request whose answer is late, and the caller's own time is used up.
  const lambda = new LambdaClient({ region, maxAttempts: 1, ...withTimeOuts(timeOuts ?? INVOCATIONS) });
  return {
    startExecution: async (machineArn, name, input) => void (await startExecution(sfn, machineArn, name, input)),
    invoke: (functionName, payload) => invokeFunction(lambda, functionName, payload),
  };
}
