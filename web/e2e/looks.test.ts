import { expect, it } from 'vitest';
import { axeFindings } from './axe.ts';
import { fullSignal } from './fixture-market.ts';
import { look, openPage } from './looks.ts';
import { AGAIN, onStage, type Who } from './stage.ts';

/** One of each kind: a form, a list, a chart, a desk. Every page is in `looks.long.test.ts`. */
const PAGES: readonly (readonly [string, Who | null, string])[] = [
  ['link of a mail', null, '/login/confirm?type=recovery&token_hash=recovery:pro@aion.demo'],
  ['signals as basic', 'basic', '/'],
  ['signal as pro', 'pro', `/signals/${fullSignal(0).id}`],
  ['admin members', 'admin', '/admin?tab=members'],
];

onStage('how it looks', (stage) => {
  it.each(PAGES)('%s: axe finds nothing in both themes, and it fits a phone', async (_title, who, path) =>
    look(stage(), who, path),
  );

  it('axe bites: an image without a name is found', async () => {
    const { page } = await openPage(stage(), null, '/login', 'dark', 1440);
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('img')));
    expect(await axeFindings(page)).toContain('image-alt: img');
    await stage().leave(page);
  });

  it('axe finds nothing on the phone’s cards', async () => {
    const { page } = await openPage(stage(), 'pro', '/', 'light', 390);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.getByRole('row').count()).toBe(33);
    await stage().leave(page);
  });

  it('the theme and the colours of direction outlast a reload and are in the first paint', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, '/');
    const root = page.locator('html');
    expect(await root.getAttribute('data-theme')).toBe('dark');
    await page.getByRole('button', { name: 'Switch between dark and light' }).click();
    expect(await root.getAttribute('data-theme')).toBe('light');
    const html = await (await page.request.get(`${stage().site.url}/account`, AGAIN)).text();
    expect(html).toContain('data-theme="light"');
    await stage().goto(page, '/account');
    await page.getByLabel('Blue up, orange down').check();
    await page.reload();
    expect(await root.getAttribute('data-direction')).toBe('colour-blind');
    expect(await page.getByLabel('Blue up, orange down').isChecked()).toBe(true);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('the labels of simulated and stub data stand on every page of a member', async () => {
    for (const path of ['/', `/signals/${fullSignal(0).id}`, '/account']) {
      const { page } = await openPage(stage(), 'basic', path, 'dark', 390);
      const note = page.getByRole('region', { name: 'What these data are' });
      expect(await note.getByText('SIMULATED', { exact: true }).isVisible()).toBe(true);
      expect(await note.getByText('STUB', { exact: true }).isVisible()).toBe(true);
      await stage().leave(page);
    }
  });
});
