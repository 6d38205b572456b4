import { expect, it } from 'vitest';
import { fillLogin } from './browser.ts';
import { loginOf, onStage } from './stage.ts';

/** Ways to say another site where a path of this one belongs. */
export const ELSEWHERE = {
  plain: 'https://example.com/',
  tab: '/%09/127.0.0.1:1/x',
  lineFeed: '/%0A/127.0.0.1:1/x',
  dot: '/.//127.0.0.1:1/x',
  backslash: '/%5c127.0.0.1:1',
} as const;

/** Tests that whoever signs in comes to the page that was asked for, and by each of these to none but the first. */
export function testWayBack(elsewhere: readonly string[]): void {
  onStage('the way back', (stage) => {
    it('leads to the page that was asked for, and never to another site', async () => {
      const { page } = await stage().visit(null);
      await stage().goto(page, '/account');
      expect(new URL(page.url()).search).toBe('?next=%2Faccount');
      await fillLogin(page, loginOf('basic'));
      await page.waitForURL('**/account');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/login');

      for (const next of elsewhere) {
        await page.context().clearCookies();
        await stage().goto(page, `/login?next=${next}`);
        await fillLogin(page, loginOf('basic'));
        await page.waitForURL(`${stage().site.url}/`);
      }
      await stage().leave(page);
    });
  });
}
