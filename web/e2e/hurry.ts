import type { Page } from 'playwright-core';

const STEP_MS = 1000;

/** Gives a page, before it is opened, a clock that `hurried` can put forward. */
export const withClock = (page: Page): Promise<void> => page.clock.install();

/** What comes of waiting for something that the page does by and by: its clock goes ahead second by second until then. */
export async function hurried<T>(page: Page, awaited: Promise<T>): Promise<T> {
  const wait = { isOver: false };
  const over = awaited.finally(() => (wait.isOver = true));
  // Its failure is told by the last line; meanwhile it must not count as unhandled.
  over.catch(() => undefined);
  while (!wait.isOver) await page.clock.fastForward(STEP_MS);
  return over;
}
