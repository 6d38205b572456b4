import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadReadiness, type ReadinessOverlay } from '@aion/pipeline';
import { daily, newFolder, openHome, removeFolders, runCli, simulatedHome, spawnCli } from './embedded-home.ts';

/** State and reasons by signal, without the instant at which they were found. */
const found = ({ bySignal }: ReadinessOverlay): Record<string, unknown> =>
  Object.fromEntries([...bySignal].map(([id, { state, reasons }]) => [id, { state, reasons }]));

/** Tests that an hourly run which is killed at each of these points ends at its next try as one that was not. */
export function testKilledHourlyRuns(points: readonly string[]): void {
  afterAll(removeFolders);

  describe('an hourly run that is killed', () => {
    let prepared: string;
    let reference: Record<string, unknown>;
    const copy = (): string => {
      const folder = newFolder('hourly-kill');
      cpSync(prepared, folder, { recursive: true });
      return folder;
    };
    const ended = async (folder: string): Promise<Record<string, unknown>> => {
      const { code, stderr } = await runCli(folder, ['hourly', '--json']);
      expect(code, stderr).toBe(0);
      const home = openHome(folder);
      const overlay = (await loadReadiness(home, 'NSE'))!;
      home.close();
      return found(overlay);
    };
    beforeAll(async () => {
      const home = await simulatedHome('hourly-killed');
      await daily(home);
      prepared = home.loaded.home;
      home.close();
      reference = await ended(copy());
      expect(Object.keys(reference).length).toBeGreaterThan(0);
    });

    it.each(points)('with SIGKILL at %s ends at the next try as if nothing had happened', async (point) => {
      const folder = copy();
      const killed = await spawnCli(folder, ['hourly', '--json'], { AION_CRASH_AT: point });
      expect(killed.signal, killed.stderr).toBe('SIGKILL');
      expect(await ended(folder)).toEqual(reference);
    });
  });
}
