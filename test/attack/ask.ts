import type { Product, Target } from './attack.ts';

export interface Caller {
  readonly email: string;
  readonly token: string;
}

/** A caller of this product with a tier or a role: one of the demo accounts that its start printed. */
export async function newCaller(
  _target: Target,
  product: Product,
  { tier = 'basic', role = 'member' }: { tier?: string; role?: string } = {},
): Promise<Caller> {
  const label = role === 'admin' ? 'admin' : tier;
  const login = product.logins.find((entry) => entry.label.toLowerCase() === label);
  if (login === undefined) throw new Error(`the start printed no login of ${label}:\n${product.printed}`);
  const { email, password } = login;
  const response = await fetch(`${product.apiUrl}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const session = (await response.json()) as { access_token?: string };
  if (session.access_token === undefined)
    throw new Error(`${email} could not sign in (${response.status}): ${JSON.stringify(session)}`);
  return { email, token: session.access_token };
}

const PASSWORD = 'attack-the-product-7';
let made = 0;

/** A new account of this product with a tier and a role, as its operator would give them: also where there is no demo. */
export async function newAccount(
  target: Target,
  product: Product,
  { tier = 'basic', role = 'member' }: { tier?: string; role?: string } = {},
): Promise<Caller> {
  const email = `attack-${process.pid}-${++made}@example.org`;
  const session = await open(target, product, email);
  const set = await target.command(['user', 'set', email, '--tier', tier, '--role', role, '--reason', 'attack'], {
    home: product.home,
  });
  if (set.code !== 0) throw new Error(`the account could not be given ${tier}, ${role}: ${set.stderr}`);
  return { email, token: session.access_token };
}

/** Opens an account by the operator's link; in versions that had none, by signing up. */
async function open(target: Target, product: Product, email: string): Promise<{ access_token: string }> {
  const link = await target.command(['user', 'link', email, '--reason', 'attack', '--json'], { home: product.home });
  const token_hash = /token_hash=([\w-]+)/.exec(link.stdout)?.[1];
  const [path, body] =
    token_hash === undefined ? ['signup', { email, password: PASSWORD }] : ['verify', { type: 'recovery', token_hash }];
  const response = await fetch(`${product.apiUrl}/auth/v1/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const session = (await response.json()) as { access_token?: string };
  if (session.access_token === undefined)
    throw new Error(`no account could be made (${response.status}): ${JSON.stringify(session)}`);
  return { access_token: session.access_token };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly ms: number;
}

/** One request to the API, with how long it took. `body` goes as JSON unless it is bytes. */
export async function ask(
  product: Product,
  path: string,
  init: RequestInit & { caller?: Caller; json?: unknown } = {},
): Promise<Answer> {
  const { caller, json, ...rest } = init;
  const begunMs = performance.now();
  const response = await reach(product.apiUrl + path, {
    ...rest,
    ...(json === undefined ? {} : { method: rest.method ?? 'POST', body: JSON.stringify(json) }),
    headers: {
      ...(caller === undefined ? {} : { authorization: `Bearer ${caller.token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(rest.headers as Record<string, string> | undefined),
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ms: performance.now() - begunMs };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    const { message, cause: inner } = cause as Error & { cause?: Error };
    const said = `${init.method ?? 'GET'} ${new URL(url).pathname} got no answer: ${inner?.message ?? message}`;
    throw new Error(said, { cause });
  }
}

export function must(condition: boolean, got: string): asserts condition {
  if (!condition) throw new Error(got);
}

/** Looks again until it is so; false when it was not within the time. */
export async function within(seconds: number, look: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    if (await look()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Whether something answers there. */
export async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(3000) })).arrayBuffer();
    return true;
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
    throw error;
  }
}
