import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { invokeFunction } from './invoke-function.ts';
import { checkRegion } from './region.ts';

/** A client whose functions answer with this. */
function answering(answer: object | Error): { client: LambdaClient; asked: InvokeCommand['input'][] } {
  const asked: InvokeCommand['input'][] = [];
  const send = async (command: InvokeCommand): Promise<object> => {
    asked.push(command.input);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { send } as unknown as LambdaClient, asked };
}
const payload = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

it('sends JSON and returns JSON', async () => {
  const { client, asked } = answering({ Payload: payload({ ok: [1] }) });
  expect(await invokeFunction(client, 'stage', { run: 'r' })).toEqual({ ok: [1] });
  expect(Buffer.from(asked[0]?.Payload as Uint8Array).toString()).toBe('{"run":"r"}');
  expect(await invokeFunction(answering({}).client, 'stage', {})).toBeUndefined();
});

it('turns a function’s failure into the code that it gave', async () => {
  for (const [errorType, code, retryable] of [
    ['conflict', 'conflict', true],
    ['Aion.missing_data', 'missing_data', false],
    ['Error', 'unavailable', true],
    ['toString', 'unavailable', true],
    [undefined, 'unavailable', true],
  ] as const) {
    const { client } = answering({
      FunctionError: 'Unhandled',
      Payload: payload({ errorType, errorMessage: 'said so' }),
    });
    await expect(invokeFunction(client, 'stage', {})).rejects.toMatchObject({
      code,
      retryable,
      // Words under one of our codes were written for whoever called; any others are the operator's.
      ...(code === 'unavailable'
        ? { message: 'function stage failed: said so', audience: 'operator' }
        : { message: 'said so', audience: 'caller' }),
    });
  }
});

it('names a function that is absent and an answer that is no JSON', async () => {
  const absent = Object.assign(new Error('Function not found'), { name: 'ResourceNotFoundException' });
  await expect(invokeFunction(answering(absent).client, 'stage', {})).rejects.toMatchObject({ code: 'not_found' });
  await expect(invokeFunction(answering(new Error('down')).client, 'stage', {})).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
  });
  const garbled = answering({ Payload: Buffer.from('{') });
  await expect(invokeFunction(garbled.client, 'stage', {})).rejects.toMatchObject({ code: 'corrupt' });
});

it('refuses a client of another region by name', async () => {
  const client = { config: { region: async () => 'us-east-1' } };
  await checkRegion('S3', client, 'us-east-1');
  await expect(checkRegion('S3', client, 'ap-south-1')).rejects.toMatchObject({
    code: 'bad_input',
    message: 'S3: this stage lies in the region ap-south-1, the client speaks to us-east-1; set AWS_REGION=ap-south-1',
  });
});
