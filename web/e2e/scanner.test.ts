import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeFindings } from './axe.ts';
import { CANARY } from './fixture-market.ts';
import { OUTSIDE } from './fixture-scans.ts';
import { hurried, withClock } from './hurry.ts';
import { AGAIN, onStage } from './stage.ts';

const matches = (page: Page) => page.getByRole('region', { name: 'Matches' });
const rows = (page: Page) => matches(page).locator('[data-row]');
const has = (page: Page, count: number) =>
  page.waitForFunction((wanted) => document.querySelectorAll('[data-row]').length === wanted, count);
const at = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

onStage('the page of the scanner', (stage) => {
  it('shows presets and scans with their counts, and every row with its reasons and where else it is', async () => {
    const { page, complaints, bodies } = await stage().visit('pro');
    await stage().goto(page, '/scanner');
    const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Scanner' });
    expect(await link.first().getAttribute('aria-current')).toBe('page');
    expect(await page.title()).toContain('Scanner');
    const menu = page.getByRole('navigation', { name: 'Scans' });
    expect(await menu.getByRole('heading').allInnerTexts()).toEqual([
      'Presets',
      'Volume',
      'Breakout',
      'Reversal',
      'Smart money',
    ]);
    expect(await menu.getByRole('link', { name: /Breakout of 20 days/ }).innerText()).toContain('40');
    await matches(page).getByText('70 matches of 120 symbols').waitFor();
    await page.getByText('scanned 27 Feb 2026, 16:11 IST').waitFor();
    await page.getByText('2 symbols could not be scanned').waitFor();
    expect(await page.getByText('BROKEN').count()).toBe(0);
    expect(await rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Show more of 70' }).click();
    await has(page, 70);
    // The canary that basic must not be sent is there to be found.
    expect(await bodies()).toContain(CANARY);
    await rows(page).nth(2).click();
    expect(await rows(page).nth(2).getAttribute('aria-expanded')).toBe('true');
    const why = page.getByRole('list', { name: 'Conditions' });
    expect((await why.innerText()).replaceAll(/\s+/g, ' ')).toBe(
      '✓met Close is 198, above Highest high of the 20 bars before 188',
    );
    // What has no value is a dash, never a nought.
    expect(await page.getByRole('definition').allInnerTexts()).toEqual(['IT', '4.85', '–', '₹1.23 Cr']);
    await page.getByRole('link', { name: 'RSI oversold' }).last().click();
    await page.getByRole('heading', { name: 'RSI oversold' }).waitFor();
    await has(page, 6);
    await page.goBack();
    await page.getByRole('heading', { name: 'Swing candidates' }).waitFor();
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('keeps scan, session, symbol and sector in the address, draws them on the server, and the CSV respects them', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, '/scanner?scan=breakout-20&sector=Banks');
    const banks = ['HDFCBANK', 'AXISBANK', 'INDUSINDBK'];
    expect(await rows(page).allInnerTexts()).toEqual(banks);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('aion-NSE-2026-02-27-breakout-20.csv');
    let csv = '';
    for await (const chunk of await download.createReadStream()) csv += String(chunk);
    expect(csv.split('\r\n').slice(3)).toEqual(['2,HDFCBANK', '10,AXISBANK', '27,INDUSINDBK', '']);
    await page.getByRole('searchbox').fill(' axis');
    await has(page, 1);
    await page.waitForURL((url) => url.searchParams.get('symbol') === 'AXIS');
    const html = await (await page.request.get(page.url(), AGAIN)).text();
    expect([...html.matchAll(/data-row=""[^>]*>([A-Z]+)</g)].map((match) => match[1])).toEqual(['AXISBANK']);
    await page.getByLabel('Session').selectOption('2026-02-26');
    await page.waitForURL((url) => url.searchParams.get('date') === '2026-02-26');
    await page.getByText('of the session of Thu 26 Feb 2026').waitFor();
    expect([at(page, 'scan'), at(page, 'symbol'), at(page, 'sector')]).toEqual(['breakout-20', 'AXIS', 'Banks']);
    await page.getByRole('button', { name: 'Clear the filters' }).first().click();
    await has(page, 40);
    await page.getByLabel('Sector').selectOption('Pharma');
    await page.waitForFunction(() => document.querySelector('[role=status].num')?.textContent === '4 of 4 rows');
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('says of one symbol why it is not in the scan, with words beside every sign', async () => {
    const { page } = await stage().visit('pro');
    await stage().goto(page, '/scanner');
    await page.keyboard.press('/');
    await page.keyboard.type(OUTSIDE.toLowerCase());
    const why = page.getByRole('region', { name: `Why ${OUTSIDE}` });
    await why.getByText(`${OUTSIDE} is not in “Swing candidates”: it misses a condition.`).waitFor();
    expect((await why.getByRole('listitem').allInnerTexts()).map((text) => text.split(/\s/)[0])).toEqual([
      '✓met',
      '✕failed',
      '?unknown',
    ]);
    await page.getByRole('searchbox').fill('NOSUCH');
    await page.getByText('No match begins with NOSUCH').waitFor();
    await page.keyboard.press('Escape');
    await has(page, 50);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('HDFCBANK');
    await page.getByRole('list', { name: 'Conditions' }).waitFor();
    await stage().leave(page);
  });

  it('gives basic five rows and what a higher plan would show; nothing hidden reaches the page', async () => {
    const { page, complaints, bodies } = await stage().visit('basic');
    await stage().goto(page, '/scanner');
    expect(await rows(page).count()).toBe(5);
    await page.getByText('65 more matches of this scan are on the Pro plan').waitFor();
    expect(await page.getByRole('button', { name: 'CSV' }).count()).toBe(0);
    await page.getByRole('searchbox').fill(OUTSIDE);
    await page.getByText('The filters search the rows that your plan shows.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).first().click();
    await has(page, 5);
    await page
      .getByRole('navigation', { name: 'Scans' })
      .getByRole('link', { name: /order block/ })
      .click();
    await page.getByText('4 more matches of this scan are on the Pro plan').waitFor();
    const sent = await bodies();
    expect(sent).toContain('RELIANCE');
    expect(sent).not.toContain(CANARY);
    for (const hidden of ['SUNPHARMA', 'SHARE40']) expect(sent).not.toContain(hidden);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('has its own words for no scan yet, a session without one, an unknown scan, no match, and a failure', async () => {
    const { page } = await stage().visit('admin');
    const { api } = stage();
    await withClock(page);
    // The server draws the words; only what is pressed needs the scripts.
    const open = (path: string) => page.goto(stage().site.url + path, { waitUntil: 'commit' });
    await open('/scanner?scan=gap-up');
    await page.getByText('Nothing matched in this session').waitFor();
    await page.getByText('2 symbols could not be scanned').click();
    await page.getByText('the column cannot be read').waitFor();
    await open('/scanner?date=2020-01-01');
    await page.getByText('That session was not scanned').waitFor();
    await open('/scanner?scan=no-such');
    await page.getByText('There is no such scan in this session').waitFor();
    api.fault('/v1/scans/', 'error');
    await stage().goto(page, '/scanner?scan=quiet');
    await hurried(page, page.getByText('The matches could not be loaded').waitFor());
    api.fault('/v1/scans/', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await has(page, 4);
    api.fault('/v1/scans', 'no_run');
    await open('/scanner');
    await page.getByText(/from 18:30 IST of every session.*opens next on 2 Mar 2026, 09:15 IST/).waitFor();
    api.fault('/v1/scans', 'error');
    await stage().goto(page, '/scanner');
    await page.getByText('The store does not answer').waitFor();
    api.fault('/v1/scans', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).first().waitFor();
    await stage().leave(page);
  });

  it('on a phone: cards, a select in place of the column, nothing wider than the screen; axe finds nothing', async () => {
    const { page, complaints } = await stage().visit('pro', { viewport: { width: 390, height: 844 } });
    await stage().goto(page, '/scanner');
    await page.getByRole('combobox', { name: 'Scan' }).selectOption({ label: 'RSI oversold (6)' });
    await page.getByRole('heading', { name: 'RSI oversold' }).waitFor();
    await has(page, 6);
    await rows(page).first().click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    // Both themes are looked at on the desktop.
    await page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'));
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });
});
