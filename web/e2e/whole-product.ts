import { LatestSignals, OutboxPage, RunPage } from '@aion/contracts';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CHROMIUM, joinBrowser, signIn, watchedPage, type Login } from './browser.ts';
import { PATIENCE_MS, takenOver } from './taken-over.ts';
import { startProduct, type Product } from './product.ts';

/** The product as a user starts it: API, identity, models, jobs and site together, on a simulated market of this size. */
export function testWholeProduct(market: Record<string, string>): void {
  if (CHROMIUM === null)
    console.warn('Skipped the whole product: no Chromium. Install it, or name one in AION_CHROMIUM.');
  describe.skipIf(CHROMIUM === null)('the whole product', () => {
    let product: Product;
    let browser: Browser;
    let logins: Readonly<Record<string, Login>>;

    beforeAll(async () => {
      [product, browser] = await Promise.all([startProduct(market), joinBrowser(inject('browserUrl'))]);
      logins = product.logins;
    });
    afterAll(async () => {
      await browser?.close();
      await product?.close();
    });

    const newProfile = async (): Promise<BrowserContext> => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      context.setDefaultTimeout(PATIENCE_MS);
      return context;
    };
    /** Signs a profile in as the login page does. That page itself is what a new member goes by, below. */
    const enter = async ({ request }: BrowserContext, who: string): Promise<void> => {
      const { email, password } = logins[who]!;
      const headers = { origin: product.url };
      const answer = await request.post(`${product.url}/session/sign-in`, { data: { email, password }, headers });
      expect(answer.status(), await answer.text()).toBe(200);
    };
    const visit = async (who: string) => {
      const context = await newProfile();
      await enter(context, who);
      const watched = watchedPage(await context.newPage(), product.url);
      await watched.page.goto(product.url);
      await watched.page.getByRole('row').first().waitFor();
      return watched;
    };
    const readers = new Map<string, Promise<BrowserContext>>();
    const makeReader = async (who: string): Promise<BrowserContext> => {
      const context = await newProfile();
      await enter(context, who);
      return context;
    };
    const read = async (who: string, path: string): Promise<unknown> => {
      const reader = readers.get(who) ?? makeReader(who);
      readers.set(who, reader);
      return (await (await reader).request.get(product.url + path)).json();
    };

    it('shows pro and elite every signal that the API lists', async () => {
      for (const who of ['pro', 'elite']) {
        const list = LatestSignals.parse(await read(who, '/v1/signals/latest?limit=200'));
        const { page, complaints } = await visit(who);
        expect(await page.getByRole('row').count()).toBe(list.signals.length + 1);
        expect(complaints).toEqual([]);
        await page.context().close();
      }
    });

    it('shows basic five signals, and nothing of the others in any document, payload or answer', async () => {
      const all = LatestSignals.parse(await read('pro', '/v1/signals/latest?limit=200')).signals;
      const own = LatestSignals.parse(await read('basic', '/v1/signals/latest?limit=200')).signals;
      expect(own.length).toBe(5);
      expect(all.length).toBeGreaterThan(5);
      const { page, complaints, bodies } = await visit('basic');
      await page.locator('a[data-row]').first().click();
      await page.getByRole('figure').waitFor();
      const seen = (await bodies()) + (await page.content());
      expect(seen.includes(own[0]!.symbol)).toBe(true);
      const mine = new Set(own.map((signal) => signal.id));
      const leaked = all.filter(
        (signal) => !mine.has(signal.id) && (seen.includes(signal.id) || seen.includes(signal.symbol)),
      );
      expect(leaked.map((signal) => signal.symbol)).toEqual([]);
      for (const field of ['"sparkMinor', '"failProb', '"readiness"', '"votes"', 'sparkMinor\\"', 'failProb\\"']) {
        expect(seen.includes(field), field).toBe(false);
      }
      const hidden = all.find((signal) => !mine.has(signal.id))!;
      expect((await page.goto(`${product.url}/signals/${hidden.id}`))?.status()).toBe(404);
      expect((await page.goto(`${product.url}/admin`))?.status()).toBe(404);
      expect(complaints.filter((complaint) => !complaint.startsWith('404'))).toEqual([]);
      await page.context().close();
    });

    it('a signal’s page draws its chart and says why', async () => {
      const { page, complaints } = await visit('pro');
      await page.getByRole('row').filter({ hasText: 'BUY' }).first().getByRole('link').click();
      await page.getByRole('figure').locator('canvas').first().waitFor();
      await page.getByRole('region', { name: 'Why' }).getByText('Model votes').waitFor();
      await page.getByRole('region', { name: 'History' }).getByRole('listitem').first().waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('a wrong password is refused in plain words', async () => {
      const context = await newProfile();
      const page = await context.newPage();
      await page.goto(`${product.url}/login`);
      await page.getByLabel('Email').fill(logins['pro']!.email);
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').filter({ hasText: 'do not fit together' }).waitFor();
      await context.close();
    });

    it('the export is cut to the rows shown', async () => {
      const { page } = await visit('pro');
      const symbol = (await page.locator('a[data-row]').nth(2).textContent()) ?? '';
      await page.goto(`${product.url}/?q=${encodeURIComponent(symbol)}`);
      await takenOver(page);
      const shown = await page.locator('a[data-row]').allTextContents();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).click(),
      ]);
      let text = '';
      for await (const chunk of await download.createReadStream()) text += String(chunk);
      const rows = text.split('\r\n').filter((line) => line !== '' && !/^"?#/.test(line));
      expect(rows[0]).toContain('symbol');
      expect(rows.slice(1).map((row) => row.split(',')[1])).toEqual(shown);
      await page.context().close();
    });

    it('an administrator starts a run and sees it succeed, uploads a file, and presses and releases the kill switch', async () => {
      const { page, complaints } = await visit('admin');
      await page.goto(`${product.url}/admin`);
      await takenOver(page);
      await page.getByRole('button', { name: 'Run hourly' }).click();
      await page.getByText('The hourly run has started.').waitFor();
      const { runs } = RunPage.parse(await read('admin', '/v1/pipeline/runs?limit=1'));
      expect(runs[0]?.kind).toBe('hourly');
      await page.getByText(/^(\d+) of \1 steps$/).waitFor();

      await page.getByRole('button', { name: 'Upload' }).click();
      await page
        .locator('input[type=file]')
        .setInputFiles([
          { name: 'broken.csv', mimeType: 'text/csv', buffer: Buffer.from('these,are,not\nthe,columns,wanted\n') },
        ]);
      await page
        .getByRole('listitem')
        .filter({ hasText: 'broken.csv' })
        .getByText(/Refused|refused/)
        .first()
        .waitFor();

      await page.getByRole('button', { name: 'Kill switch' }).click();
      await page.getByRole('button', { name: 'Stop everything' }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByLabel('Reason').fill('a drill');
      await dialog.getByRole('button', { name: 'Stop everything' }).click();
      await page.getByText('The kill switch is on').waitFor();
      await page.getByRole('button', { name: 'Release' }).click();
      await dialog.getByLabel('Reason').fill('the drill is over');
      await dialog.getByRole('button', { name: 'Release' }).click();
      await page.getByText('The kill switch is on').waitFor({ state: 'detached' });
      expect(complaints.filter((complaint) => !/^4\d\d: .*bhavcopy/.test(complaint))).toEqual([]);
      await page.context().close();
    });

    it('the printed link shows the demo’s accounts, once', async () => {
      const context = await newProfile();
      const page = await context.newPage();
      await page.goto(product.demoLink);
      await page.getByRole('button', { name: /^Elite/ }).click();
      await page.waitForURL(`${product.url}/`);
      await context.clearCookies();
      await page.goto('about:blank');
      await page.goto(product.demoLink);
      await page.getByRole('alert').filter({ hasText: 'used up or too old' }).waitFor();
      await context.close();
    });

    it('a new member confirms the address, signs out, and comes back with a new password', async () => {
      const context = await newProfile();
      const page = await context.newPage();
      const mailed = async (subject: RegExp): Promise<string> => {
        const { messages } = OutboxPage.parse(await read('admin', '/v1/admin/outbox'));
        const mail = messages.find((message) => message.to === 'somebody@example.com' && subject.test(message.subject));
        return /http\S+/.exec(mail?.text ?? '')?.[0] ?? 'no link in the mail';
      };
      await page.goto(`${product.url}/login`);
      await page.getByRole('button', { name: 'Create an account' }).click();
      await page.getByLabel('Email').fill('somebody@example.com');
      await page.getByRole('button', { name: 'Create the account' }).click();
      await page.getByText('We have sent a mail').waitFor();
      await page.goto(await mailed(/confirm/i));
      await page.getByRole('button', { name: 'Confirm the address' }).click();
      await page.getByRole('button', { name: 'Continue as somebody@example.com' }).click();
      await page.getByLabel('New password').fill('a-long-password-1');
      await page.getByRole('button', { name: 'Save the password' }).click();
      await page.waitForURL(`${product.url}/`);
      await page.getByRole('row').first().waitFor();
      expect(await page.getByRole('row').count()).toBe(6);
      await page.goto(`${product.url}/account`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/login');
      await page.getByRole('button', { name: 'Forgot the password?' }).click();
      await page.getByLabel('Email').fill('somebody@example.com');
      await page.getByRole('button', { name: 'Send the link' }).click();
      await page.getByText('If somebody@example.com has an account').waitFor();

      await page.goto(await mailed(/password/i));
      await page.getByRole('button', { name: 'Use the link' }).click();
      await page.getByRole('button', { name: 'Continue as somebody@example.com' }).click();
      await page.getByLabel('New password').fill('another-password-2');
      await page.getByRole('button', { name: 'Save the password' }).click();
      await page.waitForURL(`${product.url}/`);
      // Used, it is shown to nobody any more.
      expect(await mailed(/password/i)).toBe('no link in the mail');
      await context.clearCookies();
      await signIn(page, product.url, { label: 'new', email: 'somebody@example.com', password: 'another-password-2' });
      await context.close();
    });
  });
}
