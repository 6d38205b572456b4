import { afterAll, expect, it } from 'vitest';
import { removeFolders } from './embedded-home.ts';
import { checkDoctor, checkPlayed, mailsAbout } from './played-month-checks.ts';
import { downBetween, playMonth } from './played-month.ts';

afterAll(removeFolders);

it('a simulated month plays by the timetable alone, a source is down for four sessions, and nothing is lost or doubled', async () => {
  const { home, log } = await playMonth(22, checkDoctor, downBetween('rss', '2026-02-09', '2026-02-12'));
  await expect(`${log.join('\n')}\n`).toMatchFileSnapshot('golden/played-month.txt');
  await checkPlayed(home, 22);
  // Once, and again each day until it has ended well.
  expect((await mailsAbout(home, 'news')).length).toBeGreaterThanOrEqual(4);
  home.close();
});
