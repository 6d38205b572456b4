import 'server-only';
import { Problem } from '@aion/contracts';
import { apiUrl } from '../data/api-url.ts';
import { fetchFor } from '../data/fetch-for.ts';
import { logFailure } from '../data/server-log.ts';
import type { Session } from './cookie.ts';

const TIMEOUT_MS = 10_000;

/** What the API answered to a session route. */
export type Answered =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'failed' };

/** POSTs to the API with the session's token, as the person whose request this is. */
export async function askApi(from: Headers, session: Session, path: string, body: object): Promise<Answered> {
  const headers = new Headers({ authorization: `Bearer ${session.accessToken}`, 'content-type': 'application/json' });
  try {
    const answer = await fetchFor(from, new URL(path, apiUrl()), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    const value: unknown = text === '' ? null : JSON.parse(text);
    if (answer.ok) return { kind: 'ok', value };
    const problem = Problem.safeParse(value);
    if (problem.success && answer.status < 500) return { kind: 'problem', problem: problem.data };
    throw new Error(`the API answered ${answer.status}`);
  } catch (error) {
    logFailure('api_unusable', { path }, error);
    return { kind: 'failed' };
  }
}
