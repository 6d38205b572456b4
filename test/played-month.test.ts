import { afterAll, expect, it } from 'vitest';
import { removeFolders } from './embedded-home.ts';
import { checkDoctor, checkPlayed, mailsAbout, sourcesOn } from './played-month-checks.ts';
import { downBetween, fileLate, playMonth } from './played-month.ts';

afterAll(removeFolders);

it('a simulated market plays its sessions by the timetable alone, one source dies and comes back, a file is late, and nothing is lost or doubled', async () => {
  const died = downBetween('rss', '2026-02-26', '2026-02-26');
  const late = fileLate('2026-02-26', '2026-02-27');
  const { home, log } = await playMonth(2, checkDoctor, (sources, today) => late(died(sources, today), today), 60);
  const usual =
    'pre-market 1, news 16, social 16, options 1, records 1, alerts 16, intraday 7, hourly 7, post-market 1';
  expect(log.slice(1)).toEqual([
    // From 18:25 each quarter of an hour, and at 22:55 from the vendors.
    `2026-02-26: ${usual}, session-bars 19, daily 1, features 9`,
    `2026-02-27: ${usual}, session-bars 2, daily 1, features 1`,
  ]);
  await checkPlayed(home, 2);
  expect(await mailsAbout(home, 'news')).toEqual(['news is overdue (NSE)']);
  expect(await mailsAbout(home, 'The daily run for')).toEqual(["The daily run for 2026-02-26 stands on vendors' bars"]);
  // The exchange's file has taken their place.
  expect(await sourcesOn(home, '2026-02-26')).toEqual(['nse_bhavcopy']);
  home.close();
});
