import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { importFiles } from '@aion/market';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { fakeLauncher } from '../../../../test/served-home.ts';
import type { Embedded } from '@aion/runtime';
import { dailyTick } from './daily-tick.ts';

const TODAY = '2026-02-27';
const CSV = 'symbol,date,open,high,low,close,volume\nALPHA,2026-02-27,10,11,9,10.5,1000\n';
const EVENING = 19 * 60;
let home: Embedded;

beforeEach(() => void (home = openHome(newFolder('daily-tick'))));
afterEach(() => home.close());
afterAll(removeFolders);

const bring = async (): Promise<void> =>
  void (await importFiles(home.ingest, [{ name: 'bars.csv', read: async () => new TextEncoder().encode(CSV) }]));

async function tick(minuteOfDay: number, alerted = new Set<string>()) {
  const launcher = fakeLauncher();
  const decision = await dailyTick(home, {
    exchange: 'NSE',
    today: TODAY,
    minuteOfDay,
    isSession: true,
    alerted,
    startRun: launcher.start,
  });
  return { decision, started: launcher.requests.length };
}

describe('the tick of the daily run', () => {
  it('starts when the bars are whole, and waits while they are not', async () => {
    expect(await tick(EVENING)).toEqual({ decision: 'wait', started: 0 });
    await bring();
    expect(await tick(18 * 60)).toEqual({ decision: 'too_early', started: 0 });
    expect(await tick(EVENING)).toEqual({ decision: 'start', started: 1 });
  });

  it('tells the operator once when the bars did not come by 23:00, and starts when they come later', async () => {
    const alerted = new Set<string>();
    for (let i = 0; i < 2; i++) expect((await tick(23 * 60 + 5, alerted)).decision).toBe('missed');
    const { messages } = await makeOutbox(home.items, home.clock).list({ limit: 10 });
    expect(messages.map(({ subject }) => subject)).toEqual([`No daily run for ${TODAY}`]);
    await bring();
    expect(await tick(23 * 60 + 20, alerted)).toEqual({ decision: 'start', started: 1 });
  });
});
