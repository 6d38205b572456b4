import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '@aion/core';
import { DAILY_STEPS } from '@aion/jobs/runs';
import { loadRun } from '@aion/pipeline';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { daily, newFolder, openHome, removeFolders, runCli, simulatedHome, spawnCli } from './embedded-home.ts';

const MOMENTS = ['start', 'stored', 'done'] as const;
/** Which moment of a step is tried hangs on its name alone: a step that is added changes that of no other. */
const momentOf = (name: string): string => MOMENTS[Number.parseInt(sha256Hex(name).slice(0, 8), 16) % MOMENTS.length]!;

/** Each step of a daily run, with one of the moments at which it can be killed there. */
export const KILL_POINTS = DAILY_STEPS.map(({ name }) => `${name}:${momentOf(name)}`);

/** Tests that a run which is killed at each of these points goes on in another process to the same signals. */
export function testKilledRuns(points: readonly string[]): void {
  afterAll(removeFolders);

  describe('a run that is killed', () => {
    let prepared: string;
    let expected: { signalsHash: string; signals: number };
    beforeAll(async () => {
      const home = await simulatedHome('killed');
      prepared = home.loaded.home;
      home.close();
      const reference = newFolder('reference');
      cpSync(prepared, reference, { recursive: true });
      expected = (await runCli(reference, ['daily', '--json'])).json();
    });

    it.each(points)('with SIGKILL at %s goes on and ends as if nothing had happened', async (point) => {
      const home = newFolder('kill');
      cpSync(prepared, home, { recursive: true });
      const killed = await spawnCli(home, ['daily', '--json'], { AION_CRASH_AT: point });
      expect(killed.signal, killed.stdout + killed.stderr).toBe('SIGKILL');
      // Another process than the killed one: this.
      const again = openHome(home);
      try {
        const resumed = await daily(again);
        expect(resumed).toMatchObject({ status: 'succeeded', revision: 1 });
        expect(resumed.summary!.signalsHash).toBe(expected.signalsHash);
        const reached = DAILY_STEPS.findIndex(({ name }) => name === point.split(':')[0]);
        const { steps } = await loadRun(again.items, resumed.id);
        const reused = steps.filter((step) => step.status === 'reused').length;
        expect(reused).toBe(point.endsWith(':done') ? reached + 1 : reached);
        const verified = await verifyStoredLedger(again);
        expect(verified).toMatchObject({ ok: true, entries: expected.signals });
      } finally {
        again.close();
      }
    });
  });
}
