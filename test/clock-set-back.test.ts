import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LatestSignals } from '@aion/contracts';
import { saveRun, type RunRecord } from '@aion/pipeline';
import { makeRunLauncher } from '@aion/runtime';
import { publishCanaries, SESSION } from './canary-run.ts';
import { cli, newFolder, removeFolders, TESTER } from './embedded-home.ts';
import { NOW_MS, newMember, serveHome, type ServedHome } from './served-home.ts';

const DAY_MS = 86_400_000;

let served: ServedHome;
beforeEach(async () => {
  served = await serveHome(newFolder('set-back'), { environment: { AION_DEMO_ACCOUNTS: 'false' } });
});
afterEach(() => served.close());
afterAll(removeFolders);

describe('a clock that is set back', () => {
  it('keeps nothing that was published before it: the newest list is served a second later', async () => {
    const { token } = await newMember(served, 'elite');
    const total = async (): Promise<number> => {
      const response = await fetch(`${served.api.url}/v1/signals/latest`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return LatestSignals.parse(await response.json()).total;
    };
    await publishCanaries(served.embedded, 7);
    expect(await total()).toBe(7);
    served.clock.set(NOW_MS - DAY_MS);
    await publishCanaries(served.embedded, 9, 2);
    served.clock.advance(1000);
    expect(await total()).toBe(9);
  });

  it('does not block a kind of run by one that was queued in what is now the future', async () => {
    const run: RunRecord = {
      id: 'NSE-20260227-daily-00000001',
      kind: 'daily',
      exchange: 'NSE',
      sessionDate: SESSION,
      status: 'queued',
      revision: null,
      snapshotId: null,
      triggeredBy: 'test',
      owner: '',
      startedMs: NOW_MS,
      finishedMs: null,
      error: null,
      summary: null,
    };
    await saveRun(served.embedded.items, run);
    served.clock.set(NOW_MS - DAY_MS);
    const launcher = makeRunLauncher(served.embedded, cli);
    // It looks for bars to run on, of which this home has none, instead of naming the run of the future.
    await expect(launcher.start({ kind: 'daily', actor: TESTER })).rejects.toMatchObject({
      code: 'missing_data',
    });
  });
});
