import { expect } from 'vitest';
import { Problem } from '@aion/contracts';
import type { Member, ServedHome } from './served-home.ts';

/** Asks a path of the served API, as a member or as nobody. */
export function call(
  { api }: ServedHome,
  member: Member | undefined,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const authorization = member === undefined ? {} : { authorization: `Bearer ${member.token}` };
  return fetch(api.url + path, { ...init, headers: { ...authorization, ...init.headers } });
}

/** The problem that was answered, by its contract. */
export async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}
