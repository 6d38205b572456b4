import type { Browser, BrowserContextOptions, Cookie, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { CHROMIUM, joinBrowser, signIn, watchedPage, type WatchedPage } from './browser.ts';
import { LOGINS } from './fixture-accounts.ts';
import { startFixtureApi, type FixtureApi } from './fixture-api.ts';
import { callerOf } from './switchboard.ts';

export type Who = 'basic' | 'pro' | 'elite' | 'admin';
export interface Stage {
  readonly api: FixtureApi;
  readonly site: { readonly url: string };
  readonly browser: Browser;
  /** What a browser profile needs so that its pages get the answers of this stage's API. */
  readonly profile: BrowserContextOptions;
  /** A new browser profile, signed in as `who`, or not at all. */
  visit(who: Who | null, options?: BrowserContextOptions): Promise<WatchedPage>;
  goto(page: Page, path: string): Promise<void>;
}

export const loginOf = (who: Who) => LOGINS.find((login) => login.label.toLowerCase() === who)!;

async function newSession(stage: Omit<Stage, 'visit' | 'goto'>, who: Who): Promise<Cookie[]> {
  const context = await stage.browser.newContext(stage.profile);
  await signIn(await context.newPage(), stage.site.url, loginOf(who));
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

const LOOK_MS = 20;
/** For a machine ten times slower; whoever fails waits as long. */
const PATIENCE_MS = 200_000;

/** Resolves when the page's scripts have taken over every control of it: a press before that would do nothing. */
async function takenOver(page: Page): Promise<void> {
  const isTaken = (): Promise<boolean> =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, a[href], input, select, summary')].every((node) =>
        Object.keys(node).some((key) => key.startsWith('__react')),
      ),
    );
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isTaken())) {
    if (performance.now() > deadline) throw new Error(`${page.url()} was not taken over by its scripts`);
    await page.waitForTimeout(LOOK_MS);
  }
}

/** Browser tests on the site and the browser of all files, over a fixture API of their own; skipped with a notice where there is no Chromium. */
export function onStage(title: string, tests: (stage: () => Stage) => void): void {
  if (CHROMIUM === null) console.warn(`Skipped "${title}": no Chromium. Install it, or name one in AION_CHROMIUM.`);
  describe.skipIf(CHROMIUM === null)(title, () => {
    let stage: Stage | undefined;
    beforeAll(async () => {
      const api = await startFixtureApi();
      const browser = await joinBrowser(inject('browserUrl'));
      const profile = { extraHTTPHeaders: { 'x-forwarded-for': callerOf(api.url) } };
      const bare = { api, site: { url: inject('siteUrl') }, browser, profile };
      // Signing in by hand is a test of its own; the others start with its cookies.
      const sessions = new Map<Who, Promise<Cookie[]>>();
      const sessionOf = (who: Who): Promise<Cookie[]> => {
        const session = sessions.get(who) ?? newSession(bare, who);
        sessions.set(who, session);
        return session;
      };
      stage = {
        ...bare,
        visit: async (who, options = {}) => {
          const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...profile, ...options });
          context.setDefaultTimeout(PATIENCE_MS);
          if (who !== null) await context.addCookies(await sessionOf(who));
          return watchedPage(context, bare.site.url);
        },
        goto: async (page, path) => {
          await page.goto(bare.site.url + path);
          await takenOver(page);
        },
      };
    });
    afterAll(async () => {
      await stage?.browser.close();
      await stage?.api.close();
    });
    tests(() => {
      if (stage === undefined) throw new Error('The stage stands only while its tests run.');
      return stage;
    });
  });
}
