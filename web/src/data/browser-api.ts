import type { Problem } from '@aion/contracts';
import { leaveForLogin } from './leave.ts';

/** A refusal by the API, in words that can be shown. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

/**
 * Calls the API through the site's own origin, which puts the member's token on: scripts have none. Throws ApiProblem for a refusal;
 * a session that has ended leads to the login.
 */
export async function callApi(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...init, cache: 'no-store' });
  if (response.ok) return response;
  if (response.status === 401) {
    leaveForLogin();
    throw new Error('You are signed out. Sign in again.');
  }
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) throw new ApiProblem((await response.json()) as Problem);
  throw new Error(`The server answered ${response.status} to ${path}. Try again in a moment.`);
}

/** GET as JSON. The shape is the server's contract, checked there; the list page carries no schema library. */
export async function getJson<T>(path: string): Promise<T> {
  return (await (await callApi(path)).json()) as T;
}

/** POST a JSON body; `idempotencyKey` makes a repeated press start one thing. */
export async function postJson<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  const response = await callApi(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as T;
}
