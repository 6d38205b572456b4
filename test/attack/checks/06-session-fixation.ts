import { ask, must } from '../ask.ts';
import type { Attack } from '../attack.ts';
import { browse, loginOf, signIn, whoIsIn } from '../browse.ts';

export const attacks: readonly Attack[] = [
  {
    row: '6',
    title: 'a link with tokens in it swaps a signed-in member to the attacker’s account',
    run: (target) =>
      browse(async (page) => {
        const { email, password } = loginOf(target, 'Basic');
        const own = await ask(target, '/auth/v1/token?grant_type=password', { json: { email, password } });
        const { access_token, refresh_token } = JSON.parse(own.text) as Record<string, string>;
        await signIn(page, target, 'Pro');
        const fragment = new URLSearchParams({
          access_token: access_token!,
          refresh_token: refresh_token!,
          expires_in: '3600',
          token_type: 'bearer',
          type: 'recovery',
        });
        await page.goto(`${target.siteUrl}/login#${fragment.toString()}`);
        await page.waitForLoadState('networkidle');
        const who = await whoIsIn(page, target);
        must(who.includes(loginOf(target, 'Pro').email), `the member is now signed in as: ${who}`);
      }),
  },
  {
    row: '6',
    title: 'a mail’s link changes the account by being opened',
    run: (target) =>
      browse(async (page) => {
        const link = await target.command([
          'user',
          'link',
          loginOf(target, 'Basic').email,
          '--reason',
          'attack',
          '--json',
        ]);
        const url = /"url":"([^"]+)"/.exec(link.stdout)?.[1];
        must(url !== undefined, `the operator can make no link: ${link.stderr}`);
        await signIn(page, target, 'Pro');
        const { pathname, search } = new URL(url);
        await page.goto(target.siteUrl + pathname + search);
        await page.waitForLoadState('networkidle');
        must(!page.url().includes('token_hash'), 'the secret of the link stays in the address');
        const who = await whoIsIn(page, target);
        must(who.includes(loginOf(target, 'Pro').email), `the member is now signed in as: ${who}`);
      }),
  },
];
