import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { AppError } from '@aion/core';
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

const noVendors = (): Promise<void> => Promise.reject(new AppError('unavailable', 'no vendor is on'));

async function tick(
  minuteOfDay: number,
  download: () => Promise<void>,
  alerted = new Set<string>(),
  downloadFromVendors = noVendors,
) {
  const launcher = fakeLauncher();
  const decision = await dailyTick(home, {
    today: TODAY,
    minuteOfDay,
    isSession: true,
    alerted,
    download,
    downloadFromVendors,
    startRun: launcher.start,
  });
  return { decision, started: launcher.requests.length };
}

describe('the tick of the daily run', () => {
  it('downloads the bars that are missing and starts with them at once', async () => {
    expect(await tick(EVENING, bring)).toEqual({ decision: 'start', started: 1 });
  });

  it('waits while they are not published, and while the download fails', async () => {
    expect(await tick(EVENING, async () => undefined)).toEqual({ decision: 'wait', started: 0 });
    const broken = () => Promise.reject(new AppError('unavailable', 'NSE does not answer'));
    expect(await tick(EVENING, broken)).toEqual({ decision: 'wait', started: 0 });
  });

  it('downloads nothing before its time, and nothing that is there already', async () => {
    let asked = 0;
    const count = async (): Promise<void> => void asked++;
    expect((await tick(18 * 60, count)).decision).toBe('too_early');
    await bring();
    expect((await tick(EVENING, count)).decision).toBe('start');
    expect(asked).toBe(0);
  });

  it('tells the operator once when the bars did not come by 23:00', async () => {
    const alerted = new Set<string>();
    const nothing = async (): Promise<void> => undefined;
    for (let i = 0; i < 2; i++) expect((await tick(23 * 60 + 5, nothing, alerted)).decision).toBe('missed');
    const { messages } = await makeOutbox(home.items, home.clock).list({ limit: 10 });
    expect(messages.map(({ subject }) => subject)).toEqual([`No daily run for ${TODAY}`]);
    expect(JSON.stringify(messages)).toContain('Vendors could not stand in: no vendor is on');
  });

  it('takes the bars of vendors when those of the exchange did not come by 23:00, and says so', async () => {
    const nothing = async (): Promise<void> => undefined;
    expect(await tick(23 * 60, nothing, new Set(), bring)).toEqual({ decision: 'start', started: 1 });
    const { messages } = await makeOutbox(home.items, home.clock).list({ limit: 10 });
    expect(messages.map(({ subject }) => subject)).toEqual([`The daily run for ${TODAY} stands on vendors' bars`]);
  });

  it('takes those of the exchange also after 23:00, and asks no vendor before', async () => {
    let asked = 0;
    const vendors = async (): Promise<void> => void asked++;
    expect((await tick(22 * 60, async () => undefined, new Set(), vendors)).decision).toBe('wait');
    expect((await tick(23 * 60 + 15, bring, new Set(), vendors)).decision).toBe('start');
    expect(asked).toBe(0);
  });
});
