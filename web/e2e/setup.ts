import { buildWeb } from '@aion/runtime';
import type { TestProject } from 'vitest/node';
import { serveBrowser } from './browser.ts';
import { startSite } from './site.ts';
import { startSwitchboard } from './switchboard.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The one built site, served once, and the one Chromium of all browser files. */
    siteUrl: string;
    browserUrl: string;
  }
}

/** Builds the site when its sources changed since the last build, serves it, and starts the browser: once for all files. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await buildWeb();
  const switchboard = await startSwitchboard();
  // The site takes the last address that a proxy noted for the caller's: that is what tells the files from each other.
  const environment = { AION_SITE_URL: 'http://127.0.0.1', AION_DOOR_SECRET: 'the secret of the fixture' };
  const [site, browser] = await Promise.all([startSite(switchboard.url, environment), serveBrowser()]);
  project.provide('siteUrl', site.url);
  project.provide('browserUrl', browser.wsEndpoint());
  return async () => {
    await browser.close();
    await site.close();
    await switchboard.close();
  };
}
