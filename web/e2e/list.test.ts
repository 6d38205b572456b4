import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { takenOver } from './taken-over.ts';
import { AGAIN, onStage } from './stage.ts';

onStage('the list of signals', (stage) => {
  it('keys move, search and open, and the way back finds the same list', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, '/');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toBe('RELIANCE');
    await page.keyboard.press('/');
    await page.keyboard.type('bank');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3);
    await page.waitForURL((url) => url.searchParams.get('q') === 'bank');
    await page.keyboard.press('Tab');
    await page.keyboard.press('j');
    expect(await focused()).toBe('HDFCBANK');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'HDFCBANK' }).waitFor();
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('tab, side and order in the address are drawn by the server', async () => {
    const { page } = await stage().visit('pro');
    const html = await (
      await page.request.get(`${stage().site.url}/?tab=ready&side=BUY&sort=symbol&order=desc`, AGAIN)
    ).text();
    const rows = [...html.matchAll(/<a [^>]*data-row=""[^>]*>([^<]+)<\/a>/g)].map((match) => match[1]);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows).toEqual([...rows].sort().toReversed());
    await stage().leave(page);
  });

  it('filters that fit nothing say so and can be cleared', async () => {
    const { page } = await stage().visit('pro');
    await stage().goto(page, '/?q=nothingfitsthis');
    await page.getByText('No signal fits the filters').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 32);
    await stage().leave(page);
  });

  it('the CSV holds the rows that are shown', async () => {
    const { page } = await stage().visit('pro');
    await stage().goto(page, '/?q=bank');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    const stream = await download.createReadStream();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    const lines = text.split('\r\n').filter(Boolean);
    expect(lines[0]).toContain('Not investment advice');
    expect(lines.slice(2).map((line) => line.split(',')[1])).toEqual(['HDFCBANK', 'AXISBANK', 'INDUSINDBK']);
    await stage().leave(page);
  });

  it('an empty run, no run and a failing API each have their own words; retry brings the list back', async () => {
    const { page } = await stage().visit('pro');
    const { api } = stage();
    api.fault('/v1/signals/latest', 'empty');
    await stage().goto(page, '/');
    await page.getByText('This run published no signal').waitFor();
    api.fault('/v1/signals/latest', 'no_run');
    await stage().goto(page, '/');
    await page.getByText('No run has been published yet').waitFor();
    api.fault('/v1/signals/latest', 'garbage');
    await stage().goto(page, '/');
    await page.getByText('does not fit the contract').waitFor();
    api.fault('/v1/signals/latest', 'error');
    await stage().goto(page, '/');
    await page.getByText('The store does not answer').waitFor();
    api.fault('/v1/signals/latest', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row').first().waitFor();
    await stage().leave(page);
  });

  it('a slow API shows the shape of the page first, and nothing moves when the data come', async () => {
    const { page } = await stage().visit('pro');
    stage().api.fault('/v1/signals/latest', 'held');
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(stage().site.url, { waitUntil: 'commit' });
    await page.getByLabel('Loading the signals').waitFor();
    stage().api.fault('/v1/signals/latest', null);
    await page.getByRole('row').first().waitFor();
    await takenOver(page);
    const moved = await page.evaluate(() =>
      (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
    );
    expect(moved).toBeLessThan(0.05);
    await stage().leave(page);
  });

  it('the first load takes at most 200 KB of script, and no chart code', async () => {
    const { page } = await stage().visit('pro');
    const sizes: Promise<number>[] = [];
    const codes: Promise<string>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      sizes.push(response.body().then((body) => gzipSync(body).length));
      codes.push(response.text());
    });
    await stage().goto(page, '/');
    const total = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThanOrEqual(200 * 1024);
    expect((await Promise.all(codes)).join('')).not.toContain('autoscaleInfoProvider');
    await stage().leave(page);
  });
});
