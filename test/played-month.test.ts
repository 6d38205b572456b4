import { afterAll, expect, it } from 'vitest';
import { removeFolders } from './embedded-home.ts';
import { checkDoctor, checkPlayed, mailsAbout } from './played-month-checks.ts';
import { downBetween, playMonth } from './played-month.ts';

afterAll(removeFolders);

it('a simulated market plays its sessions by the timetable alone, one source dies and comes back, and nothing is lost or doubled', async () => {
  const { home, log } = await playMonth(2, checkDoctor, downBetween('rss', '2026-02-26', '2026-02-26'));
  expect(log.slice(1)).toEqual(
    ['2026-02-26', '2026-02-27'].map(
      (date) =>
        `${date}: pre-market 1, news 61, social 16, options 1, records 1, alerts 61, intraday 7, hourly 7, post-market 1, daily 1, download 2`,
    ),
  );
  await checkPlayed(home, 2);
  expect(await mailsAbout(home, 'news')).toEqual(['news is overdue (NSE)']);
  home.close();
});
