import type { Browser, BrowserContextOptions, Cookie, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { CHROMIUM, joinBrowser, watchedPage, type WatchedPage } from './browser.ts';
import { PATIENCE_MS, takenOver } from './taken-over.ts';
import { LOGINS } from './fixture-accounts.ts';
import { startFixtureApi, type FixtureApi } from './fixture-api.ts';
import { callerOf } from './switchboard.ts';

/** For requests beside the pages: a connection that the server lets go of just as it is used again is tried anew. */
export const AGAIN = { maxRetries: 2 } as const;

export type Who = 'basic' | 'pro' | 'elite' | 'admin';
export interface Stage {
  readonly api: FixtureApi;
  readonly site: { readonly url: string };
  readonly browser: Browser;
  /** What a browser profile needs so that its pages get the answers of this stage's API. */
  readonly profile: BrowserContextOptions;
  /** A page of a browser profile that holds nothing, signed in as `who`, or not at all. */
  visit(who: Who | null, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Ends a visit. The profile is emptied for the next one: opening one takes longer than most pages do. */
  leave(page: Page): Promise<void>;
  goto(page: Page, path: string): Promise<void>;
}

export const loginOf = (who: Who) => LOGINS.find((login) => login.label.toLowerCase() === who)!;

/** Signs the page's profile in, with the cookies of before where there are any, and returns its cookies. */
async function beSignedIn(page: Page, url: string, who: Who, before: Cookie[] | undefined): Promise<Cookie[]> {
  const context = page.context();
  if (before !== undefined) {
    await context.addCookies(before);
    return before;
  }
  const { email, password } = loginOf(who);
  const answer = await page.request.post(`${url}/session/sign-in`, {
    data: { email, password },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`nobody was signed in: ${answer.status()} ${await answer.text()}`);
  return context.cookies();
}

const BLANK = 'about:blank';

/** Pages by the options of their profiles, each given back empty. */
function makePages(browser: Browser) {
  const idle = new Map<string, Page[]>();
  const kinds = new WeakMap<Page, BrowserContextOptions>();
  const idleOf = (options: BrowserContextOptions): Page[] => {
    const key = JSON.stringify(options);
    const found = idle.get(key) ?? [];
    idle.set(key, found);
    return found;
  };
  return {
    async take(options: BrowserContextOptions, headers: Record<string, string>): Promise<Page> {
      const free = idleOf(options).pop();
      if (free !== undefined) {
        await free.context().setExtraHTTPHeaders(headers);
        return free;
      }
      const context = await browser.newContext({ reducedMotion: 'reduce', extraHTTPHeaders: headers, ...options });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      kinds.set(page, options);
      return page;
    },
    async giveBack(page: Page): Promise<void> {
      const options = kinds.get(page)!;
      await page.removeAllListeners();
      if (page.url() !== BLANK) await page.evaluate(() => localStorage.clear());
      await page.goto(BLANK);
      await page.context().clearCookies();
      if (options.viewport !== undefined && options.viewport !== null) await page.setViewportSize(options.viewport);
      idleOf(options).push(page);
    },
  };
}

/** Joined once by all files of a worker, which then find its pages warm. It ends with the worker. */
let joined: Promise<{ readonly browser: Browser; readonly pages: ReturnType<typeof makePages> }> | undefined;

async function join() {
  const browser = await joinBrowser(inject('browserUrl'));
  return { browser, pages: makePages(browser) };
}

/** Browser tests on the site and the browser of all files, over a fixture API of their own; skipped with a notice where there is no Chromium. */
export function onStage(title: string, tests: (stage: () => Stage) => void): void {
  if (CHROMIUM === null) console.warn(`Skipped "${title}": no Chromium. Install it, or name one in AION_CHROMIUM.`);
  describe.skipIf(CHROMIUM === null)(title, () => {
    let stage: Stage | undefined;
    beforeAll(async () => {
      const api = await startFixtureApi();
      const { browser, pages } = await (joined ??= join());
      const headers = { 'x-forwarded-for': callerOf(api.url) };
      const url = inject('siteUrl');
      // Signing in by hand is a test of its own; the others start with its cookies.
      const sessions = new Map<Who, Cookie[]>();
      stage = {
        ...{ api, site: { url }, browser, profile: { extraHTTPHeaders: headers }, leave: pages.giveBack },
        visit: async (who, options = {}) => {
          const page = await pages.take({ viewport: { width: 1440, height: 900 }, ...options }, headers);
          if (who !== null) sessions.set(who, await beSignedIn(page, url, who, sessions.get(who)));
          return watchedPage(page, url);
        },
        goto: async (page, path) => {
          await page.goto(url + path);
          await takenOver(page);
        },
      };
    });
    afterAll(async () => {
      await stage?.api.close();
    });
    tests(() => {
      if (stage === undefined) throw new Error('The stage stands only while its tests run.');
      return stage;
    });
  });
}
