import type { KillState } from '@aion/contracts';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { SLOW_FILE } from './fixture-imports.ts';
import { STEP_COUNT } from './fixture-runs.ts';
import { hurried, withClock } from './hurry.ts';
import { AGAIN, onStage } from './stage.ts';

const ALL_STEPS = `${STEP_COUNT} of ${STEP_COUNT} steps`;
const quarantined = (page: Page) => page.getByRole('list', { name: 'Rows in quarantine' }).getByRole('listitem');

onStage('the admin desk', (stage) => {
  it('starts a run and shows its steps move until it has succeeded', async () => {
    const { page, complaints } = await stage().visit('admin');
    await withClock(page);
    await stage().goto(page, '/admin');
    await page.getByRole('button', { name: 'Run daily' }).click();
    await page.getByText('The daily run has started.').waitFor();
    expect(new URL(page.url()).searchParams.get('run')).toBe('run-3');
    const steps = page.getByRole('status').filter({ hasText: `of ${STEP_COUNT} steps` });
    const seen = new Set<string>();
    await page.getByRole('progressbar', { name: /^Progress of/ }).waitFor();
    for (let text = ''; text !== ALL_STEPS;) {
      await hurried(page, page.waitForResponse(/pipeline\/runs/));
      text = (await steps.textContent()) ?? '';
      seen.add(text);
    }
    expect(seen.size).toBeGreaterThan(3);
    expect([...seen].at(-1)).toBe(ALL_STEPS);
    await page.getByText('2,113 symbols read').waitFor();
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('shows what failed, where, and retries it', async () => {
    const { page } = await stage().visit('admin');
    await stage().goto(page, '/admin?run=run-1');
    await page.getByRole('alert').filter({ hasText: 'Correct the file and retry' }).waitFor();
    await page.getByText('A corporate action has the factor 0').waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The run goes on where it stopped.').waitFor();
    await stage().leave(page);
  });

  it('uploads files and reports on each, a refused one with its reason', async () => {
    const { page, complaints } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=upload');
    await page.locator('input[type=file]').setInputFiles([
      { name: 'good.csv', mimeType: 'text/csv', buffer: Buffer.from('symbol,date\nABC,2026-02-27\nDEF,2026-02-27\n') },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
    ]);
    const results = page.getByRole('listitem');
    await results.filter({ hasText: 'good.csv' }).getByText('2 stored').waitFor();
    await results.filter({ hasText: 'notes.txt' }).getByText('Refused').waitFor();
    await page.getByText('the header names none of the known layouts').waitFor();

    // What intraday bars do not tell is said here; for the next files it is open again.
    await page.getByText('Intraday bars that do not tell').click();
    await page.getByRole('button', { name: '60 minutes' }).click();
    await page.getByRole('button', { name: 'It ended' }).click();
    const asked = page.waitForRequest((request) => request.url().includes('/v1/admin/bhavcopy'));
    await page
      .locator('input[type=file]')
      .setInputFiles([
        { name: 'hours.csv', mimeType: 'text/csv', buffer: Buffer.from('symbol,date\nABC,2026-02-27\n') },
      ]);
    expect(new URL((await asked).url()).search).toBe('?name=hours.csv&barMinutes=60&stamps=end');
    await results.filter({ hasText: 'hours.csv' }).getByText('1 stored').waitFor();
    await page
      .getByRole('button', { name: '60 minutes', pressed: false, includeHidden: true })
      .waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('follows an upload whose answer does not come, and says that it goes on and where it is listed', async () => {
    const { page } = await stage().visit('admin');
    await withClock(page);
    await stage().goto(page, '/admin?tab=upload');
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: SLOW_FILE, mimeType: 'text/csv', buffer: Buffer.from('symbol,date\nABC,2026-02-27\n') }]);
    const result = page.getByRole('listitem').filter({ hasText: SLOW_FILE });
    await result
      .getByRole('status')
      .filter({ hasText: /the import goes on.*\/v1\/admin\/imports/ })
      .waitFor();
    await result.getByText('Storing the bars').waitFor();
    await hurried(page, result.getByText('7 stored').waitFor());
    expect(await result.getByRole('status').count()).toBe(0);
    await stage().leave(page);
  });

  it('takes files that are dropped on it', async () => {
    const { page } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=upload');
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['symbol,date\nABC,2026-02-27\n'], 'dropped.csv', { type: 'text/csv' }));
      return data;
    });
    await page.getByText('Drop files here').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByRole('listitem').filter({ hasText: 'dropped.csv' }).getByText('1 stored').waitFor();
    await stage().leave(page);
  });

  it('filters the quarantine by reason and pages through it', async () => {
    const { page } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=quarantine');
    await page.getByText('46 of 46 rows').waitFor();
    await page.getByRole('button', { name: /a price is negative/ }).click();
    await page.getByText('11 of 11 rows').waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toBe('negative_price');
    expect(await quarantined(page).count()).toBe(11);
    await stage().leave(page);
  });

  it('releases a quarantined row with a correction, and shows a refusal where it was asked', async () => {
    const { page } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=quarantine');
    const row = quarantined(page).filter({ hasText: 'line 12,' });
    await row.getByText('RELIANCE, EQ, 27-Feb-2026,101.5,102.00,100.05').waitFor();
    await row.getByRole('button', { name: 'Release' }).click();
    const dialog = page.getByRole('dialog', { name: 'Release line 12 of sec_bhavdata_full_27022026.csv?' });
    const confirm = dialog.getByRole('button', { name: 'Release the row' });
    expect(await confirm.isDisabled()).toBe(true);
    expect(await dialog.getByLabel('Session').inputValue()).toBe('2026-02-27');
    expect(await dialog.getByLabel('High').inputValue()).toBe('100.05');
    await dialog.getByLabel('Why').fill('digits swapped in the file');
    const sent = page.waitForRequest((request) => request.url().endsWith('/quarantine/reviews'));
    await confirm.click();
    expect((await sent).postDataJSON()).toMatchObject({
      line: 12,
      decision: 'release',
      replace: false,
      corrections: {},
    });
    await dialog.getByRole('alert').filter({ hasText: 'high 100.05 is below open 102' }).waitFor();
    // What was entered stays; only the field that is changed now is sent.
    await dialog.getByLabel('High').fill('105.00');
    await dialog.getByLabel('Replace a stored bar').check();
    const again = page.waitForRequest((request) => request.url().endsWith('/quarantine/reviews'));
    await confirm.click();
    expect((await again).postDataJSON()).toMatchObject({
      why: 'digits swapped in the file',
      replace: true,
      corrections: { high: '105.00' },
    });
    await dialog.waitFor({ state: 'detached' });
    await row.getByText(/27 Feb 2026, 18:50 IST by admin@aion.demo: digits swapped/).waitFor();
    expect(await row.getByRole('button', { name: 'Release' }).count()).toBe(0);
    await stage().leave(page);
  });

  it('dismisses a quarantined row, and tells open rows from reviewed ones', async () => {
    const { page, complaints } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=quarantine');
    await quarantined(page).filter({ hasText: 'line 43,' }).getByRole('button', { name: 'Dismiss' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('High').count()).toBe(0);
    await dialog.getByLabel('Why').fill('a test row of the vendor');
    await dialog.getByRole('button', { name: 'Dismiss the row' }).click();
    await page.getByRole('button', { name: 'Reviewed', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('review') === 'reviewed');
    const reviewed = quarantined(page).filter({ hasText: 'a test row of the vendor' });
    await reviewed.getByText('Dismissed', { exact: true }).waitFor();
    expect(await reviewed.getByRole('button', { name: 'Dismiss' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await reviewed.waitFor({ state: 'detached' });
    expect(await quarantined(page).count()).toBeGreaterThan(40);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('presses the kill switch only with a reason and a second look, and every page says that it is on', async () => {
    const { page } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=kill');
    await page.getByRole('button', { name: 'Stop everything' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('no order that increases exposure is sent').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Stop everything' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('a drill');
    await confirm.click();
    await page.getByText('The kill switch is on').waitFor();
    await page.getByText(/Pressed .* a drill/).waitFor();
    await stage().goto(page, '/');
    await page.getByText('The kill switch is on').waitFor();
    await stage().goto(page, '/admin?tab=kill');
    await page.getByRole('button', { name: 'Release' }).click();
    await dialog.getByLabel('Reason').fill('the drill is over');
    const { at } = (await (await page.request.get(`${stage().site.url}/v1/kill`, AGAIN)).json()) as KillState;
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/kill'));
    await dialog.getByRole('button', { name: 'Release' }).click();
    expect((await sent).postDataJSON()).toEqual({ active: false, reason: 'the drill is over', seenAt: at });
    await page.getByRole('button', { name: 'Stop everything' }).waitFor();
    await stage().leave(page);
  });

  it('keeps a stop a stop and a release the release of what was seen, whoever turns the switch meanwhile', async () => {
    const { page } = await stage().visit('admin');
    const { origin } = new URL(stage().site.url);
    const another = async (change: object): Promise<void> => {
      const answer = await page.request.post(`${origin}/v1/kill`, { data: change, headers: { origin } });
      expect(answer.status()).toBe(200);
    };
    await withClock(page);
    await stage().goto(page, '/admin?tab=kill');
    await page.getByRole('button', { name: 'Stop everything' }).click();
    const dialog = page.getByRole('alertdialog');
    const alert = dialog.getByRole('alert');
    await dialog.getByLabel('Reason').fill('bars look wrong');
    await another({ active: true, reason: 'another found more' });
    await hurried(page, alert.filter({ hasText: /pressed the switch meanwhile.*another found more/ }).waitFor());
    await dialog.getByRole('heading', { name: 'Stop everything?' }).waitFor();
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/kill'));
    await dialog.getByRole('button', { name: 'Stop everything' }).click();
    expect((await sent).postDataJSON()).toEqual({ active: true, reason: 'bars look wrong' });
    await page.getByRole('button', { name: 'Release' }).click();
    await dialog.getByLabel('Reason').fill('they were right');
    await another({ active: true, reason: 'and more still' });
    await hurried(page, alert.filter({ hasText: 'and more still' }).waitFor());
    expect(await dialog.getByRole('button', { name: 'Release' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Leave it as it is' }).click();
    await another({ active: false, reason: 'the drill is over' });
    await stage().leave(page);
  });

  it('does not show a state of the kill switch that it no longer knows, and offers the stop', async () => {
    const { page } = await stage().visit('admin');
    await withClock(page);
    await stage().goto(page, '/admin?tab=kill');
    const state = page.getByRole('status').filter({ hasText: /^(Off|On|Not known)/ });
    expect(await state.textContent()).toBe('Off');
    stage().api.fault('/v1/kill', 'error');
    await hurried(page, page.getByText(/^Not known since .* IST$/).waitFor());
    await page.getByText('It was “Off” then. The store does not answer.').waitFor();
    await page.getByRole('button', { name: 'Stop everything' }).waitFor();
    stage().api.fault('/v1/kill', null);
    await hurried(page, state.filter({ hasText: /^Off$/ }).waitFor());
    await stage().leave(page);
  });

  it('looks as a member for a reason, is told so on every page, and stops', async () => {
    const { page, complaints, bodies } = await stage().visit('admin');
    await stage().goto(page, '/admin?tab=members');
    await page.getByLabel('Email of the member').fill('basic@aion.demo');
    await page.getByLabel('Reason').fill('ticket 77');
    await page.getByRole('button', { name: 'Look as this member' }).click();
    const banner = page.getByRole('status').filter({ hasText: 'You see Aion as basic@aion.demo' });
    await banner.waitFor();
    expect(await banner.textContent()).toContain('read-only, until 17:00 IST. Reason: ticket 77');
    await page.getByRole('row').first().waitFor();
    expect(await page.getByRole('row').count()).toBe(6);
    expect((await page.goto(`${stage().site.url}/admin`))?.status()).toBe(404);
    await stage().goto(page, '/account');
    await banner.waitFor();
    // What is there for one's own account would be the admin's.
    for (const name of ['Sign out', 'Save the password'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    const changed = await page.request.post(`${stage().site.url}/session/password`, {
      data: { password: 'a-new-password' },
      headers: { origin: stage().site.url },
    });
    expect(changed.status()).toBe(403);
    await page.getByRole('button', { name: 'Stop looking' }).click();
    await page.waitForURL('**/admin');
    await page.getByRole('heading', { name: 'Admin' }).waitFor();
    expect(await banner.count()).toBe(0);
    expect((await bodies()).includes('a-secret-of-the-fixture-view')).toBe(false);
    expect(complaints.filter((complaint) => !complaint.startsWith('404'))).toEqual([]);
    await stage().leave(page);
  });

  it('has the section that is open in sight on a phone', async () => {
    const { page, complaints } = await stage().visit('admin', { viewport: { width: 390, height: 844 } });
    await stage().goto(page, '/admin?tab=kill');
    const box = await page.getByRole('button', { name: 'Kill switch', pressed: true }).boundingBox();
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: 'Members' }).click();
    await page.getByLabel('Email of the member').waitFor();
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });
});
