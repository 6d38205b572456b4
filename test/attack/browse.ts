import type { Page } from 'playwright-core';
import { openBrowser } from '../../web/e2e/browser.ts';
import type { PrintedLogin, Product } from './attack.ts';

const PAGE_MS = 15_000;

/** A Chromium of the attack's own, closed at the end. */
export async function browse<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await openBrowser();
  try {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(PAGE_MS);
    return await work(page);
  } finally {
    await browser.close();
  }
}

export const loginOf = ({ logins }: Product, label: string): PrintedLogin => {
  const found = logins.find((login) => login.label === label);
  if (found === undefined) throw new Error(`the start printed no login of ${label}`);
  return found;
};

/** Signs in by the form of the page that is open. */
export async function fillLogin(page: Page, { email, password }: PrintedLogin): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in and waits until a page of the product is there. */
export async function signIn(page: Page, product: Product, label: string): Promise<void> {
  await page.goto(`${product.siteUrl}/login`);
  await page.waitForLoadState('networkidle');
  await fillLogin(page, loginOf(product, label));
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  await page.waitForLoadState('networkidle');
}

/** The address that the account page names. */
export async function whoIsIn(page: Page, product: Product): Promise<string> {
  await page.goto(`${product.siteUrl}/account`);
  return (await page.getByRole('region', { name: 'You', exact: true }).textContent()) ?? '';
}
