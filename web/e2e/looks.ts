import { expect } from 'vitest';
import { axeFindings } from './axe.ts';
import type { WatchedPage } from './browser.ts';
import type { Stage, Who } from './stage.ts';

const PHONE_PX = 390;

/** Opens a page in a theme and a width of window. */
export async function openPage(
  stage: Stage,
  who: Who | null,
  path: string,
  theme: string,
  width: number,
): Promise<WatchedPage> {
  const watched = await stage.visit(who, { viewport: { width, height: width < 640 ? 844 : 900 } });
  await watched.page.context().addCookies([{ name: 'aion-theme', value: theme, url: stage.site.url }]);
  await stage.goto(watched.page, path);
  return watched;
}

/** A page with all its details open: axe finds nothing in both themes, it fits a phone, and nothing is complained of. */
export async function look(stage: Stage, who: Who | null, path: string): Promise<void> {
  const { page, complaints } = await openPage(stage, who, path, 'dark', 1440);
  for (const details of await page.locator('main details > summary').all()) await details.click();
  for (const theme of ['dark', 'light']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    expect(await axeFindings(page), theme).toEqual([]);
  }
  await page.setViewportSize({ width: PHONE_PX, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE_PX);
  expect(complaints.filter((complaint) => complaint !== `404: ${stage.site.url}/no-such-page`)).toEqual([]);
  await stage.leave(page);
}
