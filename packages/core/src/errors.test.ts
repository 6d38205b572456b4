import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, errorFields, errorMessage, whoseFault } from './errors.ts';
import { toSchemaError } from './schema-error.ts';

describe('whose a failure is', () => {
  it.each([
    ['caller', new AppError('bad_input', 'line 12')],
    ['caller', new AppError('conflict', 'someone else changed it')],
    ['storage', new AppError('conflict', 'transaction refused', { audience: 'operator' })],
    ['storage', new AppError('unavailable', 'no answer of the table', { audience: 'operator' })],
    ['storage', new AppError('corrupt', 'its hash differs')],
    ['dependency', new AppError('unavailable', 'the vendor does not answer')],
    ['operator', new AppError('missing_data', 'no bars are stored yet')],
    ['operator', new AppError('killed', 'the kill switch is on')],
    ['product', new TypeError('x is undefined')],
    ['product', 'thrown by itself'],
  ] as const)('%s: %s', (fault, error) => {
    expect(whoseFault(error)).toBe(fault);
  });
});

it('a line of the log says what, whose and why; where it was thrown only of what broke', () => {
  const refused = new AppError('bad_input', 'line 12', { cause: new RangeError('13 of 12') });
  expect(errorFields(refused)).toEqual({
    code: 'bad_input',
    fault: 'caller',
    error: 'line 12',
    causes: ['RangeError: 13 of 12'],
  });
  expect(errorFields(new TypeError('broken'))).toMatchObject({
    ...{ code: 'internal', fault: 'product', error: 'broken' },
    stack: expect.stringContaining('errors.test.ts') as string,
  });
  // What a schema refuses is a page of JSON in its stack: one line is enough.
  const refusedBySchema = z.object({ a: z.string(), b: z.string() }).safeParse({}).error!;
  const { stack } = errorFields(refusedBySchema) as { stack: string };
  expect(stack).toMatch(/^ZodError: a: /);
  expect(stack).not.toContain('invalid_type');
  // A ring of causes ends.
  const ring = new Error('ring');
  ring.cause = ring;
  expect(errorFields(ring)['causes']).toHaveLength(5);
});

it('what a schema refused is said in one line, and is corrupt at the top', () => {
  const { error } = z.object({ id: z.string(), steps: z.array(z.int()) }).safeParse({ id: 7, steps: ['one'] });
  expect(errorMessage(error)).toMatch(/^id: [^\n]*$/);
  expect(toSchemaError(error)).toMatchObject({
    ...{ code: 'corrupt', audience: 'operator', cause: error },
    message: expect.stringMatching(/^what is stored cannot be read: id: .*; restore a backup/) as string,
  });
  const other = new AppError('not_found', 'there is no run "7"');
  expect(toSchemaError(other)).toBe(other);
});
