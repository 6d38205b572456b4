import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError, errorFields, isForCaller, type ErrorCode, type Telemetry } from '@aion/core';
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

/** Where a request failed, and under which id the log has it. */
export interface Place {
  readonly path: string;
  readonly correlationId: string;
}

const TOLD_NOTHING = 'the server could not answer; the operator finds the cause in the log under this correlationId';
const TRY_AGAIN = 'the service cannot answer just now; try again in a moment';
const CHANGED = 'it was changed by someone else at the same moment; ask again';

/**
 * RFC 9457 answer of an error. Words reach the caller only where they were written for callers (`isForCaller`). Whatever else says
 * nothing of itself; it is logged whole under the correlation id: what a port of storage says, also where its code would be the
 * caller's business, a schema or JSON error from here, which is about what is stored.
 */
export function toProblem(error: unknown, place: Place, telemetry: Telemetry): Problem {
  if (error instanceof HTTPException && error.status < 500) return ofHttp(error, place);
  if (error instanceof AppError) {
    const kind = KINDS[error.code];
    const fields = Problem.shape.errors.safeParse(error.context['errors']);
    if (fields.data !== undefined && error.audience === 'caller')
      return problem(error.code, 400, kind.title, error.message, place, fields.data);
    if (isForCaller(error)) return problem(error.code, kind.status, kind.title, error.message, place);
  }
  const { code, status, title, detail } = ofMachinery(error);
  telemetry.log(status === 409 ? 'warn' : 'error', 'request failed', { ...place, ...errorFields(error) });
  return problem(code, status, title, detail, place);
}

interface Told {
  readonly code: string;
  readonly status: ProblemStatus;
  readonly title: string;
  readonly detail: string;
}

/** What a caller is told of a failure that is the operator's business: whether asking again may help. */
function ofMachinery(error: unknown): Told {
  if (!(error instanceof AppError))
    return { code: 'internal', status: 500, title: 'Internal error', detail: TOLD_NOTHING };
  const { code, audience } = error;
  const { status, title } = KINDS[code];
  if (status === 503) return { code, status, title, detail: TRY_AGAIN };
  if (status === 500) return { code, status, title, detail: TOLD_NOTHING };
  // Of storage: two writers met, it is too busy, or what must be there is not. None of it is about what the caller asked for.
  if (audience === 'operator' && code === 'conflict') return { code, status, title, detail: CHANGED };
  if (code === 'rate_limited') return { code: 'unavailable', ...KINDS.unavailable, detail: TRY_AGAIN };
  return { code: 'internal', status: 500, title: 'Internal error', detail: TOLD_NOTHING };
}

/** What the HTTP framework refuses by itself: a body that is not JSON, a media type that the route does not take. */
function ofHttp(error: HTTPException, place: Place): Problem {
  if (error.status === 415)
    return problem('bad_input', 415, 'Unsupported media type', 'send the body as application/json', place);
  const detail = error.status === 400 ? 'the body is not JSON' : error.message;
  return problem('bad_input', 400, KINDS.bad_input.title, detail, place);
}

function problem(
  code: string,
  status: number,
  title: string,
  detail: string,
  { path, correlationId }: Place,
  errors?: Problem['errors'],
): Problem {
  return {
    type: `urn:aion:problem:${code}`,
    title,
    status,
    detail,
    instance: path,
    code,
    correlationId,
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
