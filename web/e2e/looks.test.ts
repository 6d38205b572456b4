import { AxeBuilder } from '@axe-core/playwright';
import { expect, it } from 'vitest';
import { DEMO_SECRET } from './fixture-api.ts';
import { fullSignal } from './fixture-market.ts';
import { OUTSIDE } from './fixture-scans.ts';
import { onStage, type Stage, type Who } from './stage.ts';

const PHONE_PX = 390;
const PAGES: readonly (readonly [string, Who | null, string])[] = [
  ['login', null, '/login'],
  ['login of the demo’s link', null, `/login#demo=${DEMO_SECRET}`],
  ['link of a mail', null, '/login/confirm?type=recovery&token_hash=recovery:pro@aion.demo'],
  ['link that is not whole', null, '/login/confirm'],
  ['signals as basic', 'basic', '/'],
  ['signals as pro', 'pro', '/'],
  ['signal as basic', 'basic', `/signals/${fullSignal(0).id}`],
  ['signal as pro', 'pro', `/signals/${fullSignal(0).id}`],
  ['sell signal', 'pro', `/signals/${fullSignal(3).id}`],
  ['scanner', 'pro', `/scanner?symbol=${OUTSIDE}`],
  ['account', 'elite', '/account'],
  ['admin runs', 'admin', '/admin?run=run-1'],
  ['admin upload', 'admin', '/admin?tab=upload'],
  ['admin quarantine', 'admin', '/admin?tab=quarantine'],
  ['admin outbox', 'admin', '/admin?tab=outbox'],
  ['admin members', 'admin', '/admin?tab=members'],
  ['admin kill switch', 'admin', '/admin?tab=kill'],
  ['data quality', 'admin', '/system?severity=error'],
  ['not found', 'pro', '/no-such-page'],
];

async function openPage(stage: Stage, who: Who | null, path: string, theme: string, width: number) {
  const watched = await stage.visit(who, { viewport: { width, height: width < 640 ? 844 : 900 } });
  await watched.page.context().addCookies([{ name: 'aion-theme', value: theme, url: stage.site.url }]);
  await stage.goto(watched.page, path);
  return watched;
}

onStage('how it looks', (stage) => {
  it.each(PAGES)('%s: axe finds nothing in both themes, and it fits a phone', async (_title, who, path) => {
    const { page, complaints } = await openPage(stage(), who, path, 'dark', 1440);
    for (const details of await page.locator('main details > summary').all()) await details.click();
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
      const result = await new AxeBuilder({ page }).analyze();
      expect(result.passes.length).toBeGreaterThan(10);
      expect(
        result.violations.map(
          (rule) => `${theme}, ${rule.id}: ${rule.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
        ),
      ).toEqual([]);
    }
    await page.setViewportSize({ width: PHONE_PX, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE_PX);
    expect(complaints.filter((complaint) => complaint !== `404: ${stage().site.url}/no-such-page`)).toEqual([]);
    await page.context().close();
  });

  it('axe bites: an image without a name is found', async () => {
    const { page } = await openPage(stage(), null, '/login', 'dark', 1440);
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('img')));
    const result = await new AxeBuilder({ page }).analyze();
    expect(result.violations.map((rule) => rule.id)).toContain('image-alt');
    await page.context().close();
  });

  it('axe finds nothing on the phone’s cards', async () => {
    const { page } = await openPage(stage(), 'pro', '/', 'light', 390);
    const result = await new AxeBuilder({ page }).analyze();
    expect(result.violations.map((rule) => `${rule.id}: ${rule.nodes[0]?.target.join(' ')}`)).toEqual([]);
    expect(await page.getByRole('row').count()).toBe(33);
    await page.context().close();
  });

  it('the theme and the colours of direction outlast a reload and are in the first paint', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, '/');
    const root = page.locator('html');
    expect(await root.getAttribute('data-theme')).toBe('dark');
    await page.getByRole('button', { name: 'Switch between dark and light' }).click();
    expect(await root.getAttribute('data-theme')).toBe('light');
    const html = await (await page.request.get(`${stage().site.url}/account`)).text();
    expect(html).toContain('data-theme="light"');
    await stage().goto(page, '/account');
    await page.getByLabel('Blue up, orange down').check();
    await page.reload();
    expect(await root.getAttribute('data-direction')).toBe('colour-blind');
    expect(await page.getByLabel('Blue up, orange down').isChecked()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('the labels of simulated and stub data stand on every page of a member', async () => {
    for (const path of ['/', `/signals/${fullSignal(0).id}`, '/account']) {
      const { page } = await openPage(stage(), 'basic', path, 'dark', 390);
      const note = page.getByRole('region', { name: 'What these data are' });
      expect(await note.getByText('SIMULATED', { exact: true }).isVisible()).toBe(true);
      expect(await note.getByText('STUB', { exact: true }).isVisible()).toBe(true);
      await page.context().close();
    }
  });
});
