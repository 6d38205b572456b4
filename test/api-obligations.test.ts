import { expect, it } from 'vitest';
import { owedStatuses, wrongWith } from './api-obligations.ts';

const problem = {
  type: 'urn:aion:problem:conflict',
  title: 'Conflict',
  status: 409,
  detail: 'it was changed',
  code: 'conflict',
  correlationId: 'id-1',
};
const wrong = (body: object, { status = 409, type = 'application/problem+json', id = 'id-1' } = {}): string[] =>
  wrongWith(
    new Response(null, { status, headers: { 'content-type': type, 'x-request-id': id } }),
    JSON.stringify(body),
  );

it('a problem without a code, without its id, or with another request’s is found', () => {
  expect(wrong(problem)).toEqual([]);
  const { code: _code, ...withoutCode } = problem;
  const { correlationId: _id, ...withoutId } = problem;
  expect(wrong(withoutCode)).toEqual([expect.stringMatching(/no problem.*code/s)]);
  expect(wrong(withoutId)).toEqual([expect.stringMatching(/correlationId is undefined/)]);
  expect(wrong(problem, { id: 'id-2' })).toEqual([expect.stringMatching(/correlationId is id-1, the header's id-2/)]);
  expect(wrong(problem, { status: 500 })).toEqual(['it says 409 and is 500']);
  expect(wrong({ ...problem, code: 'killed' })).toEqual([expect.stringMatching(/its code killed/)]);
  expect(wrong({ msg: 'no' }, { type: 'application/json' })).toEqual(['it is application/json, not a problem']);
});

it('what a route owes follows from its description', () => {
  const header = { in: 'header', name: 'idempotency-key' };
  const json = { required: true, content: { 'application/json': {} } };
  const document = {
    paths: {
      '/v1/teapot': { get: { responses: { 200: {}, 418: {}, default: {} } } },
      '/v1/things/{id}': {
        post: { responses: { 202: {} }, parameters: [{ in: 'path', name: 'id' }, header], requestBody: json },
      },
    },
  };
  expect(owedStatuses(document, 'GET /v1/teapot')).toEqual([200, 401, 403, 418, 429]);
  expect(owedStatuses(document, 'POST /v1/things/{id}')).toEqual([202, 400, 401, 403, 404, 409, 413, 415, 422, 429]);
});
