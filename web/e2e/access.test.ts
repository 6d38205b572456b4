import { expect, it } from 'vitest';
import { DEMO_SECRET } from './fixture-accounts.ts';
import { CANARY, fullSignal } from './fixture-market.ts';
import { signIn } from './browser.ts';
import { takenOver } from './taken-over.ts';
import { loginOf, onStage, type Who } from './stage.ts';
import { ELSEWHERE, testWayBack } from './way-back.ts';

const shownToAll = fullSignal(1);
const hiddenFromBasic = fullSignal(9);

onStage('who sees what', (stage) => {
  it.each<Who>(['pro', 'elite', 'admin'])('%s sees every signal with every field', async (who) => {
    const { page, complaints, bodies } = await stage().visit(who);
    await stage().goto(page, '/');
    await page.getByRole('row').first().waitFor();
    expect(await page.getByRole('row').count()).toBe(33);
    for (const title of ['Confidence', 'R:R', 'Models']) {
      expect(await page.getByRole('columnheader', { name: title }).isVisible()).toBe(true);
    }
    expect(await page.getByText('Not in your plan').count()).toBe(0);
    // The control for the test below: where the canary belongs, it is found.
    expect((await bodies()).includes(CANARY)).toBe(true);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('basic gets five signals, and nothing hidden in any document, payload or answer', async () => {
    const { page, complaints, bodies } = await stage().visit('basic');
    await stage().goto(page, '/');
    await page.getByRole('row').first().waitFor();
    expect(await page.getByRole('row').count()).toBe(6);
    expect(await page.getByRole('complementary', { name: 'What your plan does not show' }).textContent()).toContain(
      '27 more signals of this run are on the Pro plan',
    );
    await page.getByRole('link', { name: shownToAll.symbol }).click();
    await page.getByRole('heading', { name: shownToAll.symbol }).waitFor();
    await page.getByRole('region', { name: 'Why' }).getByText('On the Pro plan this panel shows').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Type a symbol').waitFor();
    await page.getByRole('option', { name: shownToAll.symbol }).waitFor();

    const seen = (await bodies()) + (await page.content());
    expect(seen.includes(shownToAll.symbol)).toBe(true);
    for (const hidden of [CANARY, hiddenFromBasic.symbol, 'sparkMinor', 'failProb', 'hourly trend is down']) {
      expect(seen.includes(hidden), hidden).toBe(false);
    }
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('a signal that basic may not see is the 404 page', async () => {
    const { page } = await stage().visit('basic');
    const answer = await page.goto(`${stage().site.url}/signals/${hiddenFromBasic.id}`);
    expect(answer?.status()).toBe(404);
    expect((await page.content()).includes(hiddenFromBasic.name ?? '')).toBe(false);
    await stage().leave(page);
  });

  it.each<Who>(['basic', 'pro', 'elite'])('%s gets the 404 page instead of admin and data quality', async (who) => {
    const { page, bodies } = await stage().visit(who);
    const before = stage().api.requests.length;
    for (const path of ['/admin', '/system']) {
      expect((await page.goto(stage().site.url + path))?.status(), path).toBe(404);
      expect(await page.getByRole('link', { name: /Admin|Data quality/ }).count()).toBe(0);
    }
    expect((await bodies()).includes('CENTURYTEX')).toBe(false);
    const asked = stage().api.requests.slice(before);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((request) => request.includes('/v1/admin'))).toEqual([]);
    await stage().leave(page);
  });

  it('who signs in after somebody else sees nothing of them', async () => {
    const { page } = await stage().visit('pro');
    await page.goto(`${stage().site.url}/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    await page.goto(stage().site.url);
    expect(new URL(page.url()).pathname).toBe('/login');
    await signIn(page, stage().site.url, loginOf('basic'));
    await page.getByRole('row').first().waitFor();
    const html = await page.content();
    expect(html.includes(CANARY)).toBe(false);
    expect(html.includes('pro@aion.demo')).toBe(false);
    await stage().leave(page);
  });

  it('an address that is no text is the 404 page', async () => {
    const { page } = await stage().visit('pro');
    for (const path of ['/signals/%E0%A4%A', '/signals/%', '/%E0%A4%A']) {
      const answer = await page.goto(stage().site.url + path);
      expect(answer?.status(), path).toBe(404);
      expect(await page.getByRole('heading').first().textContent()).toBe('Not found');
    }
    await stage().leave(page);
  });

  it('no answer with a member’s data may be kept by a cache', async () => {
    const { page } = await stage().visit('pro');
    const answer = await page.goto(stage().site.url);
    expect(answer?.headers()['cache-control']).toContain('no-store');
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'/);
    expect(policy).not.toContain('unsafe-eval');
    await stage().leave(page);
  });
});

/** A token as an attacker has one of their own. */
async function session(api: string, who: Who): Promise<string> {
  const answer = await fetch(`${api}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    body: JSON.stringify(loginOf(who)),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

// One in plain words and one that only a URL parser reads as another site; each is in the long form.
testWayBack([ELSEWHERE.plain, ELSEWHERE.tab]);

onStage('signing in', (stage) => {
  it('a wrong password is said plainly and the page stays', async () => {
    const { page } = await stage().visit(null);
    await stage().goto(page, '/login');
    await page.getByLabel('Email').fill('pro@aion.demo');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'do not fit together' });
    await alert.waitFor();
    expect(new URL(page.url()).pathname).toBe('/login');
    await stage().leave(page);
  });

  it('signing up asks for the address first; the link of the mail leads to the signals on the basic plan', async () => {
    const { page, complaints } = await stage().visit(null);
    await stage().goto(page, '/login');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByLabel('Email').fill('new@example.com');
    // Whoever has the mail chooses the password: this page cannot know whose the address is.
    expect(await page.getByLabel('New password').count()).toBe(0);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByText('We have sent a mail to new@example.com').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await stage().goto(page, '/login/confirm?type=signup&token_hash=signup:new@example.com');
    // The page's script takes the link out of the address.
    await page.waitForURL((url) => !url.search.includes('token_hash'));
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await page.getByRole('button', { name: 'Continue as new@example.com' }).click();
    await page.getByLabel('New password').fill('long-enough');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.waitForURL(`${stage().site.url}/`);
    await page.getByText('new@example.com').first().waitFor();
    await page.getByRole('row').first().waitFor();
    expect(await page.getByRole('row').count()).toBe(6);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('a link from a mail signs nobody in, and changes nobody’s account, before the person says so', async () => {
    const { page } = await stage().visit('pro');
    const shown = async (): Promise<string | null> => {
      await stage().goto(page, '/account');
      return page.getByRole('region', { name: 'You', exact: true }).textContent();
    };
    // The implicit flow of before: a session in the fragment.
    const stolen = await session(stage().api.url, 'elite');
    await page.goto(
      `${stage().site.url}/login#access_token=${stolen}&refresh_token=refresh-elite@aion.demo&type=recovery`,
    );
    await takenOver(page);
    expect(await shown()).toContain('pro@aion.demo');
    // By opening the address alone, and by the first press, nothing changes either.
    await stage().goto(page, '/login/confirm?type=recovery&token_hash=recovery:elite@aion.demo');
    expect(await shown()).toContain('pro@aion.demo');
    await stage().goto(page, '/login/confirm?type=recovery&token_hash=recovery:elite@aion.demo');
    await page.getByRole('button', { name: 'Use the link' }).click();
    await page.getByText('You are signed in as pro@aion.demo').waitFor();
    await page.getByRole('button', { name: 'This is not my account' }).click();
    await page.waitForURL(`${stage().site.url}/`);
    expect(await shown()).toContain('pro@aion.demo');
    // The link is used up.
    await stage().goto(page, '/login/confirm?type=recovery&token_hash=recovery:elite@aion.demo');
    await page.getByRole('button', { name: 'Use the link' }).click();
    await page.getByRole('alert').filter({ hasText: 'used up or too old' }).waitFor();
    // Agreed to, it is the account, and a password may be set.
    await stage().goto(page, '/login/confirm?type=recovery&token_hash=recovery:basic@aion.demo');
    await page.getByRole('button', { name: 'Use the link' }).click();
    await page.getByRole('button', { name: 'Continue as basic@aion.demo' }).click();
    await page.getByLabel('New password').fill('a-new-password');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.waitForURL(`${stage().site.url}/`);
    expect(await shown()).toContain('basic@aion.demo');
    await stage().leave(page);
  });

  it('the session is in a cookie that no script reads, for thirty days', async () => {
    const { page, bodies } = await stage().visit('pro');
    await stage().goto(page, '/');
    const cookie = (await page.context().cookies()).find(({ name }) => name === 'aion-auth')!;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(cookie.expires - Date.now() / 1000).toBeLessThan(31 * 86_400);
    const token = cookie.value.split('~')[2]!;
    const readable = await page.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.innerHTML]),
    );
    for (const text of [readable, await bodies()]) expect(text.includes(token)).toBe(false);
    await stage().leave(page);
  });

  it('the demo’s accounts are on no login page but that of the printed link', async () => {
    const { page } = await stage().visit(null);
    await stage().goto(page, '/login');
    expect(await page.getByText('Demo accounts').count()).toBe(0);
    await stage().goto(page, `/login#demo=${'x'.repeat(30)}`);
    await page.getByRole('alert').filter({ hasText: 'used up or too old' }).waitFor();
    await page.goto('about:blank');
    await stage().goto(page, `/login#demo=${DEMO_SECRET}`);
    await page.getByRole('button', { name: /^Elite/ }).click();
    await page.waitForURL(`${stage().site.url}/`);
    expect(page.url()).not.toContain('demo=');
    await stage().leave(page);
  });

  it('a forgotten password gets the same answer for every address', async () => {
    const { page } = await stage().visit(null);
    await stage().goto(page, '/login');
    await page.getByRole('button', { name: 'Forgot the password?' }).click();
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('If nobody@example.com has an account').waitFor();
    await stage().leave(page);
  });

  it('a session whose access token has ended is refreshed on the way to the page, once, and kept', async () => {
    const { page, complaints } = await stage().visit('pro');
    const cookie = (await page.context().cookies()).find((each) => each.name === 'aion-auth')!;
    // A refresh token that no other test of this stage has renewed: what it gave is kept for ten seconds.
    const value = `1700000000~refresh-${loginOf('pro').email}#900~${cookie.value.split('~')[2]}`;
    await page.context().addCookies([{ ...cookie, value }]);
    const before = stage().api.requests.length;
    await stage().goto(page, '/account');
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    const refreshes = stage()
      .api.requests.slice(before)
      .filter((request) => request.includes('grant_type=refresh_token'));
    expect(refreshes.length).toBe(1);
    const kept = (await page.context().cookies()).find((each) => each.name === 'aion-auth')!;
    expect(kept.value).not.toBe(value);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });
});
