import type { Context } from 'hono';
import { AppError, errorMessage, type ErrorCode, type Telemetry } from '@aion/core';
import type { Problem } from '@aion/contracts';
import { z } from 'zod';

type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 423 | 429 | 500 | 503;

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
  corrupt: { status: 500, title: 'Stored state is damaged' },
  killed: { status: 423, title: 'The kill switch is on' },
};

/** RFC 9457 answer of an error. What is not an AppError or a schema error says nothing of itself: it is logged. */
export function toProblem(error: unknown, path: string, telemetry: Telemetry): Problem {
  if (error instanceof z.ZodError) {
    const errors = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    return problem(
      'bad_input',
      400,
      KINDS.bad_input.title,
      errors.map((e) => `${e.path}: ${e.message}`).join('; '),
      path,
      errors,
    );
  }
  if (error instanceof SyntaxError)
    return problem('bad_input', 400, KINDS.bad_input.title, 'the body is not JSON', path);
  if (error instanceof AppError) {
    const kind = KINDS[error.code];
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
  });
}
