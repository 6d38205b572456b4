/** What a session route refused, with the code that words are found by. */
export class SessionRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'SessionRefusal';
    this.status = status;
    this.code = code;
  }
}

type Verb =
  | 'sign-in'
  | 'sign-up'
  | 'recover'
  | 'verify'
  | 'continue'
  | 'refuse'
  | 'password'
  | 'sign-out'
  | 'view'
  | 'view-end';

/** Asks the site for something about the session. The tokens stay on the server: nothing of them comes back. */
export const postSession = <T>(verb: Verb, body: object): Promise<T> => postJson(`/session/${verb}`, body);

/** Asks the API for what needs no session, such as the accounts of a demo. */
export async function postJson<T>(path: string, body: object): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
  });
  const text = await response.text();
  const found = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string; message?: string; detail?: string };
  if (response.ok) return found as T;
  throw new SessionRefusal(
    response.status,
    found.code ?? '',
    found.message ?? found.detail ?? `The server answered ${response.status}.`,
  );
}
