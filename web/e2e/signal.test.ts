import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { takenOver } from './taken-over.ts';
import { fullSignal } from './fixture-market.ts';
import { onStage } from './stage.ts';

const buy = fullSignal(0);
const sell = fullSignal(3);

onStage('the page of a signal', (stage) => {
  it('draws the chart, names its levels and has the same numbers as a table', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, `/signals/${buy.id}`);
    const figure = page.getByRole('figure');
    await figure.locator('canvas').first().waitFor();
    expect(await figure.getAttribute('aria-label')).toMatch(
      /Daily chart of RELIANCE with Entry high .* Stop .* Target 3/,
    );
    expect(await paintedColours(page)).toBeGreaterThan(20);
    await page.getByText('Show the chart as a table').click();
    await figure.getByRole('row').first().waitFor();
    expect(await figure.getByRole('row').count()).toBe(61);
    expect(await page.getByRole('link', { name: /TradingView/ }).getAttribute('href')).toBe(
      'https://www.tradingview.com/',
    );
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('changes time frames and layers, and says why one is missing', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, `/signals/${buy.id}`);
    await page.getByRole('figure').locator('canvas').first().waitFor();
    for (const title of ['Weekly', 'Monthly', '1 hour', '4 hours', 'Daily']) {
      await page.getByRole('button', { name: title, exact: true }).click();
      await page.getByRole('figure', { name: new RegExp(`^${title} chart`) }).waitFor();
    }
    const before = await picture(page);
    await page.getByRole('button', { name: 'Order blocks' }).click();
    await repainted(page, before);
    await stage().goto(page, `/signals/${fullSignal(9).id}`);
    const hourly = page.getByRole('button', { name: '1 hour' });
    expect(await hourly.isDisabled()).toBe(true);
    expect(await hourly.getAttribute('title')).toContain('No hourly bars');
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('keeps time frame and layers in the address, and tells liquidity and states in words', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, `/signals/${buy.id}?tf=1H&layers=orderBlocks`);
    const figure = page.getByRole('figure', { name: /^1 hour chart/ });
    await figure.locator('canvas').first().waitFor();
    const pressed = (name: string) => page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');
    expect([await pressed('Order blocks'), await pressed('Breaks'), await pressed('Liquidity')]).toEqual([
      'true',
      'false',
      'false',
    ]);
    for (const layer of ['Liquidity', 'Range']) {
      const before = await picture(page);
      await page.getByRole('button', { name: layer, exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get('layers')?.includes(layer.toLowerCase()) === true);
      await repainted(page, before);
    }
    expect(await page.getByRole('button', { name: 'Breaks' }).getAttribute('title')).toMatch(/BOS with the trend/);
    await page.reload();
    await figure.locator('canvas').first().waitFor();
    const kept = ['1 hour', 'Range', 'Breaks'].map(pressed);
    expect(await Promise.all(kept)).toEqual(['true', 'true', 'false']);
    await takenOver(page);
    await page.getByText('Show the smart money as a table').click();
    const table = page.getByRole('region', { name: 'Smart money as a table' });
    await table.getByRole('row', { name: /Fair value gap ▲ bullish .* open .* → touched .* → filled / }).waitFor();
    await table.getByRole('row', { name: /Resting liquidity ▼ below lows .* unswept/ }).waitFor();
    await page.getByText('What the marks mean').click();
    await page.getByText(/^Change of character: the first close/).waitFor();
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('the chart follows the theme', async () => {
    const { page } = await stage().visit('pro');
    await stage().goto(page, `/signals/${buy.id}`);
    await page.getByRole('figure').locator('canvas').first().waitFor();
    const dark = await picture(page);
    await page.getByRole('button', { name: 'Switch between dark and light' }).click();
    await repainted(page, dark);
    await stage().leave(page);
  });

  it('sizes a position from capital and risk, and remembers them', async () => {
    const { page } = await stage().visit('pro');
    await stage().goto(page, `/signals/${buy.id}`);
    await page.getByLabel(/Capital/).fill('1000000');
    await page.getByLabel(/Risk/).fill('0.5');
    const plan = buy.plan!;
    const shares = Math.floor((1_000_000 * 100 * 0.005) / (plan.entryHighMinor - plan.stopMinor));
    await page.getByText(String(shares), { exact: true }).waitFor();
    await page.reload();
    await page.getByText(String(shares), { exact: true }).waitFor();
    await stage().leave(page);
  });

  it('a sell has no plan and says so', async () => {
    const { page, complaints } = await stage().visit('pro');
    await stage().goto(page, `/signals/${sell.id}`);
    await page.getByText('Exit or avoid.').waitFor();
    expect(await page.getByLabel(/Capital/).count()).toBe(0);
    expect(complaints).toEqual([]);
    await stage().leave(page);
  });

  it('an unknown signal is the 404 page', async () => {
    const { page } = await stage().visit('pro');
    expect((await page.goto(`${stage().site.url}/signals/no-such-signal`))?.status()).toBe(404);
    await stage().leave(page);
  });
});

/** How many different colours the main canvas holds: a blank one has one. */
function paintedColours(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = [...document.querySelectorAll('canvas')].sort((a, b) => b.width * b.height - a.width * a.height)[0]!;
    const data = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set<number>();
    for (let at = 0; at < data.length; at += 4) colours.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
    return colours.size;
  });
}

/** The main canvas as it is painted. */
function picture(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...document.querySelectorAll('canvas')].sort((a, b) => b.width * b.height - a.width * a.height)[0]!.toDataURL(),
  );
}

/** Resolves when the main canvas shows something else than before. */
async function repainted(page: Page, before: string): Promise<void> {
  while ((await picture(page)) === before) await page.evaluate(() => new Promise(requestAnimationFrame));
}
