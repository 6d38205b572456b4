import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeFindings } from './axe.ts';
import { COPIED_SESSION, HELD_BACK, MISSING_SESSION } from './fixture-quality.ts';
import { AGAIN, onStage } from './stage.ts';

const findings = (page: Page) => page.getByRole('region', { name: 'Findings' });
const rows = (page: Page) => findings(page).locator('tbody').getByRole('row');

onStage('the page of the data quality', (stage) => {
  it('shows the report in numbers, its sessions, symbols, proposals and sources, and asks no other host', async () => {
    const { page, complaints } = await stage().visit('admin');
    const scripts: Promise<string>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.text());
    });
    const loaded = async () => (await Promise.all(scripts)).join('').includes('Score of each session');
    await stage().goto(page, '/');
    // The list carries none of this page's code.
    expect(await loaded()).toBe(false);
    await page.getByRole('navigation').first().getByRole('link', { name: 'Data quality' }).click();
    await page.getByRole('heading', { name: 'Data quality' }).waitFor();
    const numbers = page.getByRole('region', { name: 'The report in numbers' });
    const said = (await numbers.innerText()).replaceAll(/\s+/g, ' ');
    for (const text of ['Mean score 98.3', 'Held back 3', '5 errors', '125', '123 series 1.23 L daily bars']) {
      expect(said).toContain(text);
    }
    await page.getByText('of the bars up to Fri 27 Feb 2026').waitFor();
    expect(await loaded()).toBe(true);
    const sources = page.getByRole('list', { name: 'Sources' }).getByRole('listitem');
    await sources.filter({ hasText: 'kite' }).getByText('no live prices and no minute bars of NSE').waitFor();
    expect(await sources.filter({ hasText: 'yahoo' }).getByText('Not shown to members').count()).toBe(1);
    const freshness = page.getByRole('list', { name: 'Freshness' }).getByRole('listitem');
    await freshness.filter({ hasText: 'Hourly bars' }).getByText('Without it: no BUY is looked at').waitFor();
    await freshness.filter({ hasText: 'Daily bars' }).getByText('Up to 27 Feb 2026, 15:30 IST').waitFor();
    await freshness.filter({ hasText: 'Ratings' }).getByText('Never').waitFor();
    const jobs = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
    await jobs.filter({ hasText: 'pre-market' }).getByText('fno_ban: nse: the file is gone (404)').waitFor();
    await jobs.filter({ hasText: 'pre-market' }).getByText('Overdue').waitFor();
    await jobs.filter({ hasText: 'news' }).getByText('Ended well 27 Feb 2026, 17:30 IST', { exact: true }).waitFor();
    await jobs.filter({ hasText: 'retrain' }).getByText('Its market stands still').waitFor();
    await page.getByRole('region', { name: 'Jobs' }).getByText('1 needs a look').waitFor();
    const symbols = page.getByRole('region', { name: 'Symbols' });
    const first = await symbols.locator('tbody').getByRole('row').allInnerTexts();
    expect(
      first
        .slice(0, 3)
        .map((text) => text.split(/\s/)[0])
        .sort(),
    ).toEqual([...HELD_BACK].sort());
    expect(first.slice(0, 4).map((text) => text.includes('Held back'))).toEqual([true, true, true, false]);
    await symbols.getByRole('button', { name: /^Held back/ }).click();
    await symbols.getByText('3 of 123 symbols').waitFor();
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('marks missing and copied sessions without colour, in words and in a table, and by keys', async () => {
    const { page, complaints } = await stage().visit('admin');
    await stage().goto(page, '/system');
    const strip = page.getByRole('group', { name: /Score of each session/ });
    const missing = strip.getByRole('button', { name: /^Tue 3 Feb 2026: Missing/ });
    expect((await missing.innerText()).trim()).toBe('✕');
    expect((await strip.getByRole('button', { name: /^Mon 26 Jan 2026: Copied/ }).innerText()).trim()).toBe('=');
    // One stop for the tab key; arrows go on from there.
    expect(await strip.locator('button[tabindex="0"]').count()).toBe(1);
    await missing.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Wed 28 Jan 2026/);
    await missing.click();
    await page.waitForURL((url) => url.searchParams.get('session') === MISSING_SESSION);
    await rows(page).filter({ hasText: 'Session of the calendar without any bar' }).waitFor();
    await page.getByText('Show the 75 sessions as a table').click();
    const table = page.getByRole('region', { name: 'Sessions as a table' });
    await table.getByRole('row').first().waitFor();
    expect(await table.getByRole('row').count()).toBe(76);
    expect(await table.getByRole('row', { name: /26 Jan 2026 Copied/ }).count()).toBe(1);
    expect(COPIED_SESSION).toBe('2026-01-26');
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('filters by kind, severity and symbol in the address, and the CSV holds the rows that are left', async () => {
    const { page } = await stage().visit('admin');
    const html = await (
      await page.request.get(`${stage().site.url}/system?code=price_spike&symbol=tata`, AGAIN)
    ).text();
    expect([...html.matchAll(/data-row=""[^>]*>([A-Z]+)</g)].map((match) => match[1])).toEqual([
      'TATAMOTORS',
      'TATASTEEL',
    ]);
    await stage().goto(page, '/system');
    await findings(page).getByText('82 of 82 findings').waitFor();
    expect(await rows(page).count()).toBe(20);
    await findings(page).getByRole('button', { name: 'Show 20 more' }).click();
    expect(await rows(page).count()).toBe(40);
    await findings(page)
      .getByRole('button', { name: /Price that leaves for one session/ })
      .click();
    await page.waitForURL((url) => url.searchParams.get('code') === 'price_spike');
    await page.keyboard.press('/');
    await page.keyboard.type('tata');
    await findings(page).getByText('2 of 82 findings').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      findings(page).getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('aion-findings-2026-02-27.csv');
    let text = '';
    for await (const chunk of await download.createReadStream()) text += String(chunk);
    const lines = text.split('\r\n').filter(Boolean);
    expect(lines[0]).toContain('Not investment advice');
    expect(lines.slice(2).map((line) => line.split(',')[3])).toEqual(['TATAMOTORS', 'TATASTEEL']);
    await findings(page).getByRole('button', { name: 'Errors', exact: true }).click();
    await page.getByText('No finding fits the filters').waitFor();
    await findings(page).getByRole('button', { name: 'Clear the filters' }).first().click();
    await findings(page).getByText('82 of 82 findings').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('VEDL');
    await stage().leave(page);
  });

  it('accepts a finding that holds a symbol back, with a reason, and takes it back, also after a reload', async () => {
    const { page, complaints } = await stage().visit('admin');
    await stage().goto(page, '/system?symbol=PEL');
    expect(
      await findings(page)
        .getByRole('button', { name: /^Accept the finding/ })
        .count(),
    ).toBe(1);
    await findings(page).getByRole('button', { name: 'Accept the finding of PEL' }).click();
    const dialog = page.getByRole('dialog', { name: 'Accept the finding for PEL?' });
    await dialog.getByText('The next run uses the symbol again').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Accept the finding' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Why').fill('demerger, no ratio');
    const accepted = page.waitForRequest((request) => request.url().endsWith('/quality/decisions'));
    await confirm.click();
    const finding = { code: 'unexplained_jump', symbol: 'PEL', sessionDate: '2025-11-19' };
    expect((await accepted).postDataJSON()).toEqual({ ...finding, why: 'demerger, no ratio', revoke: false });
    await findings(page).getByText('Accepted: the next run uses PEL again.').waitFor();
    // The next run leaves an accepted finding out of its report.
    stage().api.fault('/v1/admin/quality', 'next_run');
    await page.reload();
    await page.getByText('Accepted, so no longer listed: PEL').waitFor();
    stage().api.fault('/v1/admin/quality', null);
    await page.getByRole('button', { name: 'Undo the acceptance of PEL' }).click();
    await page.getByLabel('Why').fill('was the wrong one');
    // A refusal is said in the dialog, which keeps what was entered.
    stage().api.fault('/v1/admin/quality/decisions', 'error');
    await page.getByRole('button', { name: 'Hold back again' }).click();
    await page.getByRole('alert').filter({ hasText: 'The store does not answer' }).waitFor();
    stage().api.fault('/v1/admin/quality/decisions', null);
    expect(await page.getByLabel('Why').inputValue()).toBe('was the wrong one');
    const revoked = page.waitForRequest((request) => request.url().endsWith('/quality/decisions'));
    await page.getByRole('button', { name: 'Hold back again' }).click();
    expect((await revoked).postDataJSON()).toEqual({ ...finding, why: 'was the wrong one', revoke: true });
    await page.getByText('Accepted, so no longer listed').waitFor({ state: 'detached' });
    expect(complaints.filter((complaint) => !complaint.startsWith('500: '))).toEqual([]);
    await stage().leave(page);
  });

  it('confirms a proposed action with the value that a person read, and withdraws it from the log', async () => {
    const { page, complaints } = await stage().visit('admin');
    await stage().goto(page, '/system');
    const proposal = page.getByRole('list', { name: 'Proposals' }).getByRole('listitem').filter({ hasText: 'VEDL' });
    await proposal.getByText('2 shares for 1').waitFor();
    await proposal.getByRole('button', { name: 'Confirm' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm the action of VEDL?' });
    await dialog.getByText('Wed 18 Feb 2026').waitFor();
    await dialog.getByLabel('Value').fill('5');
    await dialog.getByText('5 shares for 1').waitFor();
    await dialog.getByLabel('Why').fill('circular 12/2026');
    await dialog.getByRole('button', { name: 'Write it down' }).click();
    await proposal.getByText('Written down, 5 shares for 1').waitFor();
    await page.waitForURL((url) => url.searchParams.get('log') === 'VEDL');
    const log = page.getByRole('region', { name: 'Log of corporate actions: VEDL' });
    const entry = log.getByRole('listitem').filter({ hasText: '5 shares for 1' });
    await entry.first().getByText('from admin, by admin@aion.demo: circular 12/2026').waitFor();
    await entry.first().getByRole('button', { name: 'Withdraw' }).click();
    const second = page.getByRole('dialog', { name: 'Withdraw the action of VEDL?' });
    expect(await second.getByLabel('Value').count()).toBe(0);
    await second.getByLabel('Why').fill('the circular was corrected');
    await second.getByRole('button', { name: 'Withdraw' }).click();
    await entry.first().getByText('Withdrawn', { exact: true }).waitFor();
    await entry.nth(1).getByText('Replaced since').waitFor();
    await proposal.getByRole('button', { name: 'Confirm' }).waitFor();
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('no report, another session, a failing and a slow API each have their own words; retry brings the report', async () => {
    const { page } = await stage().visit('admin');
    const { api } = stage();
    const { url } = stage().site;
    api.fault('/v1/admin/quality', 'empty');
    await page.goto(`${url}/system`);
    await page.getByText('There is no report yet').waitFor();
    expect(await page.getByRole('link', { name: 'To the runs' }).getAttribute('href')).toBe('/admin');
    api.fault('/v1/admin/quality', null);
    await page.goto(`${url}/system?date=2026-02-26`);
    await page.getByText('No report of this session').waitFor();
    api.fault('/v1/admin/quality', 'error');
    await page.goto(`${url}/system`);
    await page.getByText('The store does not answer').waitFor();
    api.fault('/v1/admin/quality', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'The report in numbers' }).waitFor();
    api.fault('/v1/admin/quality', 'held');
    await page.goto(`${url}/system`, { waitUntil: 'commit' });
    await page.getByLabel('Loading the report').waitFor();
    api.fault('/v1/admin/quality', null);
    await page.getByRole('region', { name: 'The report in numbers' }).waitFor();
    await stage().leave(page);
  });

  it('axe finds nothing on the phone’s cards and in a dialog', async () => {
    const { page } = await stage().visit('admin', { viewport: { width: 390, height: 844 } });
    await stage().goto(page, '/system');
    await page.getByRole('button', { name: 'Accept the finding of VEDL' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await rows(page).count()).toBe(20);
    await stage().leave(page);
  });
});
