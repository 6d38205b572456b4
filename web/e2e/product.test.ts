import { describe, expect, inject, it } from 'vitest';
import { CHROMIUM, joinBrowser } from './browser.ts';
import { startProduct } from './product.ts';
import { testWholeProduct } from './whole-product.ts';

// As many signals as one page needs; the market of a first start is in the long form.
testWholeProduct({ AION_SIMULATED_SYMBOLS: '80', AION_SIMULATED_SESSIONS: '320', AION_WORKERS: '1' });

describe.skipIf(CHROMIUM === null)('a home without a demo', () => {
  it('prints no password, and a link by which its administrator names themselves', async () => {
    const environment = {
      AION_SIMULATED_SYMBOLS: '40',
      AION_SIMULATED_SESSIONS: '300',
      AION_WORKERS: '1',
      AION_DEMO_ACCOUNTS: 'false',
    };
    const [product, browser] = await Promise.all([startProduct(environment), joinBrowser(inject('browserUrl'))]);
    try {
      expect([product.logins, product.demoLink]).toEqual([{}, '']);
      const page = await browser.newPage();
      await page.goto(product.adminLink);
      await page.getByLabel('Email').fill('owner@example.com');
      await page.getByLabel('New password').fill('a-long-password-1');
      await page.getByRole('button', { name: 'Create the administrator' }).click();
      await page.waitForURL(`${product.url}/`);
      await page.getByRole('link', { name: 'Admin' }).first().waitFor();
    } finally {
      await browser.close();
      await product.close();
    }
  });
});
