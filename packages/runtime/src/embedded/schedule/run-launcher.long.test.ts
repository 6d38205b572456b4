import { loadRun } from '@aion/pipeline';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { cli, removeFolders, simulatedHome, SMALL, TESTER } from '../../../../../test/embedded-home.ts';
import { expectTakenUp } from '../../../test/taken-up.ts';
import { makeRunLauncher } from './run-launcher.ts';

afterEach(() => void vi.unstubAllEnvs());
afterAll(removeFolders);

it('the run launcher takes a run up again whose process was killed, and only the newest', async () => {
  for (const [name, value] of Object.entries({ ...SMALL, MODE: '', AION_CRASH_AT: 'fuse:stored' }))
    vi.stubEnv(name, value);
  const home = await simulatedHome('recover-killed');
  const launcher = makeRunLauncher(home, cli);
  const { runId } = await launcher.start({ kind: 'daily', actor: TESTER });
  await launcher.idle();
  vi.stubEnv('AION_CRASH_AT', undefined);
  expect((await loadRun(home.items, runId)).run.status).toBe('interrupted');
  await expectTakenUp(home, runId);
  home.close();
});
