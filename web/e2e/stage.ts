import type { Browser, BrowserContextOptions, Cookie, Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { CHROMIUM, openBrowser, signIn, watchedPage, type WatchedPage } from './browser.ts';
import { LOGINS, startFixtureApi, type FixtureApi } from './fixture-api.ts';
import { startSite, type Site } from './site.ts';

export type Who = 'basic' | 'pro' | 'elite' | 'admin';
export interface Stage {
  readonly api: FixtureApi;
  readonly site: Site;
  readonly browser: Browser;
  /** A new browser profile, signed in as `who`, or not at all. */
  visit(who: Who | null, options?: BrowserContextOptions): Promise<WatchedPage>;
  goto(page: Page, path: string): Promise<void>;
}

export const loginOf = (who: Who) => LOGINS.find((login) => login.label.toLowerCase() === who)!;

async function newSession(browser: Browser, baseUrl: string, who: Who): Promise<Cookie[]> {
  const context = await browser.newContext();
  await signIn(await context.newPage(), baseUrl, loginOf(who));
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

const LOOK_MS = 20;
const TAKEN_OVER_MS = 30_000;

/** Resolves when the page's scripts have taken over every control of it: a press before that would do nothing. */
async function takenOver(page: Page): Promise<void> {
  const isTaken = (): Promise<boolean> =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, a[href], input, select, summary')].every((node) =>
        Object.keys(node).some((key) => key.startsWith('__react')),
      ),
    );
  const deadline = performance.now() + TAKEN_OVER_MS;
  while (!(await isTaken())) {
    if (performance.now() > deadline) throw new Error(`${page.url()} was not taken over by its scripts`);
    await page.waitForTimeout(LOOK_MS);
  }
}

/** Browser tests over the fixture API, skipped with a notice where there is no Chromium. */
export function onStage(title: string, tests: (stage: () => Stage) => void): void {
  if (CHROMIUM === null) console.warn(`Skipped "${title}": no Chromium. Install it, or name one in AION_CHROMIUM.`);
  describe.skipIf(CHROMIUM === null)(title, () => {
    let stage: Stage | undefined;
    beforeAll(async () => {
      const api = await startFixtureApi();
      const [site, browser] = await Promise.all([startSite(api.url), openBrowser()]);
      // Signing in by hand is a test of its own; the others start with its cookies.
      const sessions = new Map<Who, Promise<Cookie[]>>();
      const sessionOf = (who: Who): Promise<Cookie[]> => {
        const session = sessions.get(who) ?? newSession(browser, site.url, who);
        sessions.set(who, session);
        return session;
      };
      stage = {
        api,
        site,
        browser,
        visit: async (who, options = {}) => {
          const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
          if (who !== null) await context.addCookies(await sessionOf(who));
          const watched = await watchedPage(context, site.url);
          return watched;
        },
        goto: async (page, path) => {
          await page.goto(site.url + path);
          await takenOver(page);
        },
      };
    });
    afterAll(async () => {
      await stage?.browser.close();
      await Promise.all([stage?.site.close(), stage?.api.close()]);
    });
    tests(() => {
      if (stage === undefined) throw new Error('The stage stands only while its tests run.');
      return stage;
    });
  });
}
