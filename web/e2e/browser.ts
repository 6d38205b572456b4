import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserServer, type LaunchOptions, type Page } from 'playwright-core';

const PATHS = [
  process.env['AION_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
/** The Chromium to test with, or null where none is installed. */
export const CHROMIUM = PATHS.find((path) => path !== undefined && existsSync(path)) ?? null;

/** The arguments of a Chromium that does nothing by itself. */
function launchOptions(): LaunchOptions {
  if (CHROMIUM === null) throw new Error('No Chromium was found. Install it, or name one in AION_CHROMIUM.');
  return {
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

/** A Chromium of one's own. */
export const openBrowser = (): Promise<Browser> => chromium.launch(launchOptions());
/** A Chromium for several processes, each of which joins it. */
export const serveBrowser = (): Promise<BrowserServer> => chromium.launchServer(launchOptions());
/** Closing what this gives closes the pages that were opened by it, and leaves the browser. */
export const joinBrowser = (url: string): Promise<Browser> => chromium.connect(url);

export interface Login {
  readonly label: string;
  readonly email: string;
  readonly password: string;
}

/** A page that remembers what went wrong on it and everything it was sent. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, refused resources, requests to other hosts. */
  readonly complaints: string[];
  /** Every document, payload and API answer as text. */
  bodies(): Promise<string>;
}

export function watchedPage(page: Page, baseUrl: string): WatchedPage {
  const complaints: string[] = [];
  const pending: Promise<string>[] = [];
  page.on('console', (message) => {
    // Refused resources are noted with their address below.
    if (message.text().startsWith('Failed to load resource')) return;
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== baseUrl)
      complaints.push(`other host: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    // Scripts and styles are the same for everybody; they name fields, but hold no member's data.
    if (/^(script|stylesheet|font|image)$/.test(response.request().resourceType())) return;
    // A navigation away drops bodies that nobody read; those were never shown.
    pending.push(response.text().catch(() => ''));
  });
  return { page, complaints, bodies: async () => (await Promise.all(pending)).join('\n') };
}

export async function fillLogin(page: Page, { email, password }: Pick<Login, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signIn(page: Page, baseUrl: string, login: Login): Promise<void> {
  await page.goto(`${baseUrl}/login`);
  await fillLogin(page, login);
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}
