import { ask, must, newAccount } from '../ask.ts';
import type { Attack, Product } from '../attack.ts';
import { loginOf } from '../browse.ts';

interface Opened {
  readonly access_token: string;
  readonly refresh_token: string;
}

async function signIn(product: Product, email: string, password: string): Promise<Opened> {
  const answer = await ask(product, '/auth/v1/token?grant_type=password', { json: { email, password } });
  must(answer.status === 200, `the sign-in answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as Opened;
}
const bearer = ({ access_token: token }: Opened) => ({ authorization: `Bearer ${token}` });
/** What an ended session still gets, once the two seconds of a cache are over. */
async function mustBeOver(product: Product, session: Opened, after: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2200));
  for (const path of ['/v1/me', '/v1/signals/latest']) {
    const { status } = await ask(product, path, { headers: bearer(session) });
    must(status === 401, `${path} answered ${status} to a session that had ended by ${after}`);
  }
}

export const attacks: readonly Attack[] = [
  {
    row: '5',
    title: 'a token works on after sign-out',
    async run(target) {
      const { email, password } = loginOf(target, 'Pro');
      const session = await signIn(target, email, password);
      await ask(target, '/v1/me', { headers: bearer(session) });
      await ask(target, '/auth/v1/logout?scope=local', { method: 'POST', headers: bearer(session) });
      await mustBeOver(target, session, 'sign-out');
    },
  },
  {
    row: '5',
    title: 'a thief’s session outlives the new password',
    async run(target) {
      const product = await target.another();
      const { email, password } = loginOf(target, 'Basic');
      const [owner, thief] = [await signIn(product, email, password), await signIn(product, email, password)];
      await ask(product, '/v1/me', { headers: bearer(thief) });
      await ask(product, '/auth/v1/user', {
        method: 'PUT',
        json: { password: 'a new phrase' },
        headers: bearer(owner),
      });
      await mustBeOver(product, thief, 'a new password');
      await product.stop();
    },
  },
  {
    row: '5',
    title: 'a stolen refresh token that comes twice ends no access',
    async run(target) {
      const { email, password } = loginOf(target, 'Elite');
      const session = await signIn(target, email, password);
      const refresh = () =>
        ask(target, '/auth/v1/token?grant_type=refresh_token', { json: { refresh_token: session.refresh_token } });
      await refresh();
      await ask(target, '/v1/me', { headers: bearer(session) });
      await new Promise((resolve) => setTimeout(resolve, 10_500));
      must((await refresh()).status === 400, 'a refresh token works twice');
      await mustBeOver(target, session, 'a refresh token that came twice');
    },
  },
  {
    row: '5',
    title: 'a member ends sessions that are not theirs',
    async run(target) {
      const [one, two] = [await newAccount(target, target), await newAccount(target, target)];
      const ended = await ask(target, '/v1/session/end', { caller: one, json: { scope: 'global' } });
      must(ended.status === 204, `a member cannot end their own sessions: ${ended.status} ${ended.text}`);
      await new Promise((resolve) => setTimeout(resolve, 2200));
      must((await ask(target, '/v1/me', { caller: two })).status === 200, 'another member was signed out too');
    },
  },
];
