import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError, errorMessage, type ErrorCode, type Telemetry } from '@aion/core';
import { Problem } from '@aion/contracts';

type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 423 | 429 | 500 | 503 | 507;

const KINDS: Readonly<Record<ErrorCode, { status: ProblemStatus; title: string }>> = {
  bad_input: { status: 422, title: 'The request cannot be used' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'Not allowed' },
  too_large: { status: 413, title: 'Too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  outside_calendar: { status: 422, title: 'Not a known session' },
  missing_data: { status: 409, title: 'Data are missing' },
  model_refused: { status: 503, title: 'The models refuse to serve' },
  lease_lost: { status: 409, title: 'Another worker has it' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
  no_space: { status: 507, title: 'The disk is full' },
  corrupt: { status: 500, title: 'Stored state is damaged' },
  killed: { status: 423, title: 'The kill switch is on' },
};

/** A request that does not have the shape of its route's schema. Answered with 400, naming each field. */
export function invalidRequest(issues: readonly { path: readonly PropertyKey[]; message: string }[]): AppError {
  const errors = issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  return new AppError('bad_input', errors.map((e) => `${e.path}: ${e.message}`).join('; '), { context: { errors } });
}

/**
 * RFC 9457 answer of an error. What is no AppError says nothing of itself, it is logged: a schema or JSON error that comes
 * from here is about what is stored, not about the request.
 */
export function toProblem(error: unknown, path: string, telemetry: Telemetry): Problem {
  if (error instanceof HTTPException && error.status < 500) return ofHttp(error, path);
  if (error instanceof AppError) {
    const kind = KINDS[error.code];
    const fields = Problem.shape.errors.safeParse(error.context['errors']);
    if (fields.data !== undefined) return problem(error.code, 400, kind.title, error.message, path, fields.data);
    if (kind.status < 500) return problem(error.code, kind.status, kind.title, error.message, path);
    telemetry.log('error', 'request failed', { path, code: error.code, error: error.message });
    return problem(
      error.code,
      kind.status,
      kind.title,
      kind.status === 503 ? error.message : 'the server could not answer; the operator finds the cause in the log',
      path,
    );
  }
  telemetry.log('error', 'request failed', {
    path,
    error: errorMessage(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  return problem(
    'internal',
    500,
    'Internal error',
    'the server could not answer; the operator finds the cause in the log',
    path,
  );
}

/** What the HTTP framework refuses by itself: a body that is not JSON, a media type that the route does not take. */
function ofHttp(error: HTTPException, path: string): Problem {
  if (error.status === 415)
    return problem('bad_input', 415, 'Unsupported media type', 'send the body as application/json', path);
  const detail = error.status === 400 ? 'the body is not JSON' : error.message;
  return problem('bad_input', 400, KINDS.bad_input.title, detail, path);
}

function problem(
  code: string,
  status: number,
  title: string,
  detail: string,
  instance: string,
  errors?: Problem['errors'],
): Problem {
  return {
    type: `urn:aion:problem:${code}`,
    title,
    status,
    detail,
    instance,
    code,
    ...(errors === undefined ? {} : { errors }),
  };
}

export function sendProblem(c: Context, body: Problem): Response {
  return c.body(JSON.stringify(body), body.status as ProblemStatus, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(body.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
}
