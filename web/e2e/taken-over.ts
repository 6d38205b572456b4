import type { Page } from 'playwright-core';

const LOOK_MS = 20;
/** For a machine ten times slower; whoever fails waits as long. */
export const PATIENCE_MS = 200_000;

/** Resolves when the page's scripts have taken over every control of it: a press before that would do nothing. */
export async function takenOver(page: Page): Promise<void> {
  const isTaken = (): Promise<boolean> =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, a[href], input, select, summary')].every((node) =>
        Object.keys(node).some((key) => key.startsWith('__react')),
      ),
    );
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isTaken())) {
    if (performance.now() > deadline) throw new Error(`${page.url()} was not taken over by its scripts`);
    await page.waitForTimeout(LOOK_MS);
  }
  // Listeners of the keyboard are put on after that, in what React has still to do.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
}
