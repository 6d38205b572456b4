import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { signIn, type Login } from './browser.ts';

const THEMES = ['dark', 'light'] as const;
const VIEWPORTS = [
  { name: 'desktop', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
] as const;

const VISITOR_PATHS: Readonly<Record<string, string>> = {
  login: '/login',
  confirm: '/login/confirm?type=recovery&token_hash=a-link-from-a-mail',
};
const MAX_HEIGHT_PX = 2800;
/** Rows that were out of sight are drawn in the next frames. */
const SETTLE_MS = 250;

export interface Shot {
  readonly file: string;
  readonly page: string;
  readonly tier: string;
  readonly theme: string;
  readonly viewport: string;
}

/**
 * Takes every page × tier × theme × viewport of a running site as `page-tier-theme-viewport.png`, with an `index.html`
 * that shows them all. The signal that is opened is the first buy of the member's own list. Throws when a page logs an
 * error, so that a broken page cannot pass for a picture.
 */
export async function takeShots(options: {
  readonly browser: Browser;
  readonly profile?: BrowserContextOptions;
  readonly baseUrl: string;
  readonly logins: readonly Login[];
  readonly dir: string;
  readonly onShot?: (shot: Shot) => void;
}): Promise<readonly Shot[]> {
  const { browser, baseUrl, dir } = options;
  await mkdir(dir, { recursive: true });
  const shots: Shot[] = [];
  const errors: string[] = [];
  for (const login of [null, ...options.logins]) {
    const tier = login?.label.toLowerCase() ?? 'visitor';
    const context = await browser.newContext(options.profile);
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(`${page.url()} as ${tier}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        errors.push(`${page.url()} as ${tier}: ${message.text()}`);
      }
    });
    if (login !== null) await signIn(page, baseUrl, login);
    const paths = login === null ? VISITOR_PATHS : await pathsFor(page, baseUrl);
    for (const [name, path] of Object.entries(paths)) {
      for (const viewport of VIEWPORTS) {
        for (const theme of THEMES) {
          await page.setViewportSize(viewport);
          await context.addCookies([{ name: 'aion-theme', value: theme, url: baseUrl }]);
          await page.goto(baseUrl + path);
          await page.waitForLoadState('networkidle');
          if (name === 'signal') await page.locator('figure canvas').first().waitFor();
          const file = `${name}-${tier}-${theme}-${viewport.name}.png`;
          if (viewport.name === 'phone') {
            // As tall as the page, within reason, so that the bar at the bottom stands at the bottom.
            const height = await page.evaluate(() => document.documentElement.scrollHeight);
            await page.setViewportSize({ width: viewport.width, height: Math.min(height, MAX_HEIGHT_PX) });
            await page.waitForTimeout(SETTLE_MS);
          }
          await page.screenshot({ path: join(dir, file), animations: 'disabled' });
          const shot = { file, page: name, tier, theme, viewport: viewport.name };
          shots.push(shot);
          options.onShot?.(shot);
        }
      }
    }
    await context.close();
  }
  await writeFile(join(dir, 'index.html'), contactSheet(shots));
  if (errors.length > 0) throw new Error(`Pages logged errors while they were photographed:\n${errors.join('\n')}`);
  return shots;
}

async function pathsFor(page: Page, baseUrl: string): Promise<Record<string, string>> {
  await page.goto(baseUrl);
  await page.waitForLoadState('networkidle');
  const first = page.locator('tbody tr', { hasText: 'BUY' }).locator('a[data-row]').first();
  const signal = (await first.count()) > 0 ? await first.getAttribute('href') : null;
  const admin = (await page.getByRole('navigation').getByRole('link', { name: 'Admin' }).count()) > 0;
  return {
    signals: '/',
    ...(signal === null ? {} : { signal }),
    scanner: '/scanner',
    account: '/account',
    missing: '/no-such-page',
    ...(admin
      ? {
          system: '/system',
          admin: '/admin',
          'admin-upload': '/admin?tab=upload',
          'admin-quarantine': '/admin?tab=quarantine',
          'admin-outbox': '/admin?tab=outbox',
          'admin-members': '/admin?tab=members',
          'admin-kill': '/admin?tab=kill',
        }
      : {}),
  };
}

function contactSheet(shots: readonly Shot[]): string {
  const pages = [...new Set(shots.map((shot) => shot.page))];
  const figure = (shot: Shot): string =>
    `<figure><a href="${shot.file}"><img loading="lazy" src="${shot.file}" alt="${shot.page} as ${shot.tier}, ${shot.theme}, ${shot.viewport}"></a>` +
    `<figcaption>${shot.tier} · ${shot.theme} · ${shot.viewport}</figcaption></figure>`;
  const sections = pages.map(
    (name) =>
      `<h2>${name}</h2><div>${shots
        .filter((shot) => shot.page === name)
        .map(figure)
        .join('')}</div>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title><style>
body{font:14px system-ui;margin:24px;background:#777;color:#fff}div{display:flex;flex-wrap:wrap;gap:16px;align-items:start}
figure{margin:0}img{height:300px;max-width:480px;object-fit:cover;object-position:top;display:block}a{color:inherit}
</style><h1>${shots.length} screens</h1>${sections.join('')}</html>\n`;
}
